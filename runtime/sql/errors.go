package sql

import (
	"fmt"
	"sort"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// syntaxError complains of the next token.
func (p *parser) syntaxError(hint string) {
	if p.retry() {
		hint = ""
	}
	t := p.peek(0)
	near := "end of input"
	if t.kind != endKind {
		near = "'" + p.raw(t) + "'"
	} else if p.unclosed >= 0 {
		p.closed()
	}
	switch {
	case hint == "extra" && t.kind == doubleKind:
		hint = "" // Spark guesses nothing where a quoted name could have been meant
	case hint == "extra":
		hint = ": extra input " + near
	}
	near = lineBreaks.Replace(near)
	e := condition.New("PARSE_SYNTAX_ERROR", "42601", "Syntax error at or near %s%s.", near, hint).
		WithParam("error", near).WithParam("hint", hint)
	line, column := p.position(t.start)
	e.Query = &condition.Context{Text: p.text, Offset: t.start, Len: t.end - t.start, Line: line, Column: column}
	e.Raise()
}

// lineBreaks keeps a token on the line of its message.
var lineBreaks = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`)

func (p *parser) unexpected()        { p.syntaxError("") }
func (p *parser) extraInput()        { p.syntaxError("extra") }
func (p *parser) missing(sym string) { p.syntaxError(": missing '" + sym + "'") }

// closed complains of a comment that does not end.
func (p *parser) closed() {
	if p.unclosed < 0 {
		return
	}
	line, column := p.position(p.unclosed)
	p.wrongAt(&logical.Origin{Start: p.unclosed, End: len(p.text), Line: line, Column: column},
		"UNCLOSED_BRACKETED_COMMENT").Raise()
}

func (p *parser) tooComplex() { p.stop(p.i, "FAILED_TO_PARSE_TOO_COMPLEX") }

// messages are the conditions of this package besides PARSE_SYNTAX_ERROR, with their SQLSTATE and Spark's text. Words in
// angle brackets are parameters.
var messages = map[string][2]string{
	"UNCLOSED_BRACKETED_COMMENT":                                   {"42601", "Found an unclosed bracketed comment. Please, append */ at the end of the comment."},
	"FAILED_TO_PARSE_TOO_COMPLEX":                                  {"54001", "The statement, including potential SQL functions and referenced views, was too complex to parse.\nTo mitigate this error divide the statement into multiple, less complex chunks."},
	"INVALID_TYPED_LITERAL":                                        {"42604", "The value of the typed literal <valueType> is invalid: <value>."},
	"UNSUPPORTED_TYPED_LITERAL":                                    {"0A000", "Literals of the type <unsupportedType> are not supported. Supported types are <supportedTypes>."},
	"INVALID_NUMERIC_LITERAL_RANGE":                                {"22003", "Numeric literal <rawStrippedQualifier> is outside the valid range for <typeName> with minimum value of <minValue> and maximum value of <maxValue>. Please adjust the value accordingly."},
	"INVALID_IDENTIFIER":                                           {"42602", "The unquoted identifier <ident> is invalid and must be back quoted as: `<ident>`.\nUnquoted identifiers can only contain ASCII letters ('a' - 'z', 'A' - 'Z'), digits ('0' - '9'), and underbar ('_').\nUnquoted identifiers must also not start with a digit.\nDifferent data sources and meta stores may impose additional restrictions on valid identifiers."},
	"DUPLICATED_CTE_NAMES":                                         {"42602", "CTE definition can't have duplicate names: <duplicateNames>."},
	"INCOMPATIBLE_JOIN_TYPES":                                      {"42613", "The join types <joinType1> and <joinType2> are incompatible."},
	"INVALID_LATERAL_JOIN_TYPE":                                    {"42613", "The <joinType> JOIN with LATERAL correlation is not allowed because an OUTER subquery cannot correlate to its join partner. Remove the LATERAL correlation or use an INNER JOIN, or LEFT OUTER JOIN instead."},
	"INVALID_ESC":                                                  {"42604", "Found an invalid escape string: <invalidEscape>. The escape string must contain only one character."},
	"DUPLICATE_CLAUSES":                                            {"42614", "Found duplicate clauses: <clauseName>. Please, remove one of them."},
	"DUPLICATE_KEY":                                                {"23505", "Found duplicate keys <keyColumn>."},
	"INVALID_SET_SYNTAX":                                           {"42000", "Expected format is 'SET', 'SET key', or 'SET key=value'. If you want to include special characters in key, or include semicolon in value, please use backquotes, e.g., SET `key`=`value`."},
	"INVALID_PROPERTY_KEY":                                         {"42602", "<key> is an invalid property key, please use quotes, e.g. SET <key>=<value>."},
	"INVALID_PROPERTY_VALUE":                                       {"42602", "<value> is an invalid property value, please use quotes, e.g. SET <key>=<value>"},
	"INVALID_RESET_COMMAND_FORMAT":                                 {"42000", "Expected format is 'RESET' or 'RESET key'. If you want to include special characters in key, please use quotes, e.g., RESET `key`."},
	"INVALID_TEMP_OBJ_QUALIFIER":                                   {"42602", "Temporary <objectType> <objectName> cannot be qualified with <qualifier>. Temporary objects can only be qualified with SESSION or SYSTEM.SESSION."},
	"CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE":                   {"42601", "CREATE VIEW <viewName> with both IF NOT EXISTS and REPLACE is not allowed."},
	"MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS":            {"42000", "<clause1> and <clause2> cannot coexist in the same SQL pipe operator using '|>'. Please separate the multiple result clauses into separate pipe operators and then retry the query again."},
	"NOT_ALLOWED_IN_FROM.LATERAL_WITH_PIVOT":                       {"42601", "Not allowed in the FROM clause: LATERAL together with PIVOT."},
	"NOT_ALLOWED_IN_FROM.LATERAL_WITH_UNPIVOT":                     {"42601", "Not allowed in the FROM clause: LATERAL together with UNPIVOT."},
	"NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT":                       {"42601", "Not allowed in the FROM clause: UNPIVOT together with PIVOT."},
	"NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE":             {"42601", "Not allowed in the pipe WHERE clause: WINDOW clause."},
	"UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES":         {"0A000", "The feature is not supported: Combination of ORDER BY/SORT BY/DISTRIBUTE BY/CLUSTER BY."},
	"UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS":               {"0A000", "The feature is not supported: The SQL pipe operator syntax using |> does not support <clauses>."},
	"UNSUPPORTED_FEATURE.LATERAL_JOIN_USING":                       {"0A000", "The feature is not supported: JOIN USING with LATERAL correlation."},
	"UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE": {"0A000", "The feature is not supported: The SQL pipe operator syntax with aggregation (using |> AGGREGATE) does not support <case>."},
	"INVALID_PARAMETER_VALUE.DATETIME_UNIT":                        {"22023", "The value of parameter(s) <parameter> in <functionName> is invalid: expects one of the units without quotes YEAR, QUARTER, MONTH, WEEK, DAY, DAYOFYEAR, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, but got the string literal <invalidValue>."},
	"INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION":       {"22006", "Error parsing '<input>' to interval. Please ensure that the value provided is in a valid format for defining an interval. You can reference the documentation for the correct format. Cannot support (interval '<input>' <from> to <to>) expression."},
	"INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE":       {"22006", "Error parsing '<input>' to interval. Please ensure that the value provided is in a valid format for defining an interval. You can reference the documentation for the correct format. The interval value must be in the range of [-18, +18] hours with second precision."},
	"INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE":                        {"42000", "Invalid SQL syntax: IN predicate requires at least one value. Empty IN clauses like 'IN ()' are not allowed. Consider using 'WHERE FALSE' if you need an always-false condition, or provide at least one value in the IN list."},
	"INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES": {"42000", "Invalid SQL syntax: Syntax error: call to table-valued function is invalid because parentheses are missing around the provided TABLE argument <argumentName>; please surround this with parentheses and try again."},
	"INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC":                  {"42000", "Invalid SQL syntax: LATERAL can only be used with subquery and table-valued functions."},
	"INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION":                                   {"42000", "Invalid SQL syntax: The definition of window <windowName> is repetitive."},
	"INVALID_SQL_SYNTAX.UNRESOLVED_WINDOW_REFERENCE":                                    {"42000", "Invalid SQL syntax: Cannot resolve window reference <windowName>."},
	"INVALID_SQL_SYNTAX.INVALID_WINDOW_REFERENCE":                                       {"42000", "Invalid SQL syntax: Window reference <windowName> is not a window specification."},
	"INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE":                                   {"42000", "Invalid SQL syntax: SHOW <scope> FUNCTIONS not supported."},
	"INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_PATTERN":                                 {"42000", "Invalid SQL syntax: Invalid pattern in SHOW FUNCTIONS: <pattern>. It must be a \"STRING\" literal."},
	"INVALID_SQL_SYNTAX.UNSUPPORTED_SQL_STATEMENT":                                      {"42000", "Invalid SQL syntax: Unsupported SQL statement: <sqlText>."},
	"INVALID_SQL_SYNTAX.CREATE_TEMP_TABLE_USING_PROVIDER":                               {"42000", "Invalid SQL syntax: CREATE TEMPORARY TABLE ... USING ... is a deprecated syntax. To overcome the issue, please use CREATE TEMPORARY VIEW instead."},
	"_LEGACY_ERROR_TEMP_0014":                                                           {"", "TABLESAMPLE does not accept empty inputs."},
	"_LEGACY_ERROR_TEMP_0015":                                                           {"", "TABLESAMPLE(<msg>) is not supported."},
	"_LEGACY_ERROR_TEMP_0016":                                                           {"", "<bytesStr> is not a valid byte length literal, expected syntax: DIGIT+ ('B' | 'K' | 'M' | 'G')."},
	"_LEGACY_ERROR_TEMP_0024":                                                           {"", "Can only have a single from-to unit in the interval literal syntax."},
	"_LEGACY_ERROR_TEMP_0026":                                                           {"", "Can only use numbers in the interval value part for multiple unit value pairs interval form, but got invalid value: <value>."},
	"_LEGACY_ERROR_TEMP_0027":                                                           {"", "The value of from-to unit must be a string."},
	"_LEGACY_ERROR_TEMP_0029":                                                           {"", "Cannot mix year-month and day-time fields: <literal>."},
	"_LEGACY_ERROR_TEMP_0035":                                                           {"", "Operation not allowed: <message>."},
	"_LEGACY_ERROR_TEMP_0037":                                                           {"", "It is not allowed to add catalog/namespace prefix <quoted> to the table name in CACHE TABLE AS SELECT."},
	"_LEGACY_ERROR_TEMP_0045":                                                           {"", "Invalid time zone displacement value."},
	"_LEGACY_ERROR_TEMP_0046":                                                           {"", "CREATE TEMPORARY TABLE without a provider is not allowed."},
	"_LEGACY_ERROR_TEMP_0053":                                                           {"", "It is not allowed to define a TEMPORARY view with IF NOT EXISTS."},
	"_LEGACY_ERROR_TEMP_0063":                                                           {"", "<msg>."},
	"_LEGACY_ERROR_TEMP_0064":                                                           {"", "<msg>."},
}

// fail complains of the text from the token of an index to the last one taken. Params are names and values in turn. It
// returns: what is wrong with the meaning is told only when the syntax of the whole text is right, as in Spark. The first
// such complaint counts.
func (p *parser) fail(from int, name string, params ...string) {
	if p.wrong == nil {
		p.wrong = p.wrongAt(p.from(from), name, params...)
	}
}

// stop is fail for what no reading can go on behind.
func (p *parser) stop(from int, name string, params ...string) {
	p.wrongAt(p.from(from), name, params...).Raise()
}

func (p *parser) wrongAt(o *logical.Origin, name string, params ...string) *condition.Error {
	m := messages[name]
	text := m[1]
	for i := 0; i+1 < len(params); i += 2 {
		text = strings.ReplaceAll(text, "<"+params[i]+">", params[i+1])
	}
	e := condition.New(name, m[0], "%s", text)
	for i := 0; i+1 < len(params); i += 2 {
		e.WithParam(params[i], params[i+1])
	}
	e.Query = &condition.Context{Text: p.text, Offset: o.Start, Len: o.End - o.Start, Line: o.Line, Column: o.Column}
	return e
}

// unsupported refuses a statement that Spark has and this project has not.
func (p *parser) unsupported() {
	p.i = len(p.tokens) - 1
	p.stop(0, "INVALID_SQL_SYNTAX.UNSUPPORTED_SQL_STATEMENT", "sqlText", strings.TrimRight(p.text, "; \t\r\n"))
}

// refuse is unsupported for a part of a statement.
func (p *parser) refuse(from int, what string) {
	p.fail(from, "_LEGACY_ERROR_TEMP_0035", "message", what)
}

// rethrow is fail with an error from another package, which gets the place it came from.
func (p *parser) rethrow(from int, err error) {
	if err == nil || p.wrong != nil {
		return
	}
	e, ok := condition.As(err)
	if !ok {
		e = condition.New("", "", "%s", err)
	}
	o := p.from(from)
	e.Query = &condition.Context{Text: p.text, Offset: o.Start, Len: o.End - o.Start, Line: o.Line, Column: o.Column}
	p.wrong = e
}

// quoteName is a name in backquotes, its parts joined by points.
func quoteName(parts ...string) string {
	q := make([]string, len(parts))
	for i, s := range parts {
		q[i] = "`" + strings.ReplaceAll(s, "`", "``") + "`"
	}
	return strings.Join(q, ".")
}

func quoteText(s string) string { return types.QuoteString(s) }

func quoteType(s string) string { return fmt.Sprintf("%q", strings.ToUpper(s)) }

// sortedKeys is for messages that list names.
func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
