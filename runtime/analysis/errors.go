package analysis

import (
	"fmt"
	"regexp"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// messages are the conditions of this package, with their SQLSTATE and Spark's text. Words in angle brackets are
// parameters.
var messages = map[string][2]string{
	"AMBIGUOUS_COLUMN_REFERENCE":                                                     {"42702", "Column <name> is ambiguous. It's because you joined several DataFrame together, and some of these DataFrames are the same. This column points to one of the DataFrames but Spark is unable to figure out which one. Please alias the DataFrames with different names via `DataFrame.alias` before joining them, and specify the column using qualified name, e.g. `df.alias(\"a\").join(df.alias(\"b\"), col(\"a.id\") > col(\"b.id\"))`."},
	"AMBIGUOUS_LATERAL_COLUMN_ALIAS":                                                 {"42702", "Lateral column alias <name> is ambiguous and has <n> matches."},
	"AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION":                            {"42845", "Non-deterministic expression <sqlExpr> should not appear in the arguments of an aggregate function."},
	"AMBIGUOUS_REFERENCE":                                                            {"42704", "Reference <name> is ambiguous, could be: <referenceNames>."},
	"ASSIGNMENT_ARITY_MISMATCH":                                                      {"42802", "The number of columns or variables assigned or aliased: <numTarget> does not match the number of source expressions: <numExpr>."},
	"CANNOT_RESOLVE_DATAFRAME_COLUMN":                                                {"42704", "Cannot resolve dataframe column <name>. It's probably because of illegal references like `df1.select(df2.col(\"a\"))`."},
	"CANNOT_RESOLVE_STAR_EXPAND":                                                     {"42704", "Cannot resolve <targetString>.* given input columns <columns>. Please check that the specified table or struct exists and is accessible in the input columns."},
	"COLUMN_ALREADY_EXISTS":                                                          {"42711", "The column <columnName> already exists. Choose another name or rename the existing column."},
	"DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS":                                       {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: Cannot drop all fields in struct."},
	"DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN":                                           {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: Filter expression <filter> of type <type> is not a boolean."},
	"DATATYPE_MISMATCH.INVALID_ORDERING_TYPE":                                        {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: The <functionName> does not support ordering on type <dataType>."},
	"DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE":                                     {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: The data type <orderSpecType> used in the order specification does not support the data type <valueBoundaryType> which is used in the range frame."},
	"DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER":                                      {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: A range window frame with value boundaries cannot be used in a window specification with multiple order by expressions: <orderSpec>."},
	"DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER":                                    {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: A range window frame cannot be used in an unordered window specification."},
	"DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES":                            {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: Window frame bounds <lower> and <upper> do not have the same type: <lowerType> <> <upperType>."},
	"DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND":                         {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: Window frame upper bound <upper> does not follow the lower bound <lower>."},
	"DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE":                       {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: The data type of the <location> bound <exprType> does not match the expected data type <expectedType>."},
	"DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WITHOUT_FOLDABLE":                      {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: Window frame <location> bound <expression> is not a literal."},
	"DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON":                      {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: The lower bound of a window frame must be <comparison> to the upper bound."},
	"DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE":                                        {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: The <paramIndex> parameter requires the <requiredType> type, however <inputSql> has the type <inputType>."},
	"DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH":                                  {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: The number of columns in the left hand side of an IN subquery does not match the number of columns in the output of subquery. Left hand side columns(length: <leftLength>): [<leftColumns>], right hand side columns(length: <rightLength>): [<rightColumns>]."},
	"DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH":                               {"42K09", "Cannot resolve <sqlExpr> due to data type mismatch: The data type of one or more elements in the left hand side of an IN subquery is not compatible with the data type of the output of the subquery. Mismatched columns: [<mismatchedColumns>], left side: [<leftType>], right side: [<rightType>]."},
	"DATA_SOURCE_NOT_FOUND":                                                          {"42K02", "Failed to find the data source: <provider>. Make sure the provider name is correct and the package is properly registered and compatible with your Spark version."},
	"EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE":                                            {"42K09", "The event time <eventName> has the invalid type <eventType>, but expected \"TIMESTAMP\"."},
	"EXCEPT_NESTED_COLUMN_INVALID_TYPE":                                              {"428H2", "EXCEPT column <columnName> was resolved and expected to be StructType, but found type <dataType>."},
	"EXCEPT_OVERLAPPING_COLUMNS":                                                     {"42702", "Columns in an EXCEPT list must be distinct and non-overlapping, but got (<columns>)."},
	"FIELD_NOT_FOUND":                                                                {"42704", "No such struct field <fieldName> in <fields>."},
	"GROUPING_COLUMN_MISMATCH":                                                       {"42803", "Column of grouping (<grouping>) can't be found in grouping columns <groupingColumns>."},
	"GROUPING_ID_COLUMN_MISMATCH":                                                    {"42803", "Columns of grouping_id (<groupingIdColumn>) does not match grouping columns (<groupByColumns>)."},
	"GROUP_BY_AGGREGATE":                                                             {"42903", "Aggregate functions are not allowed in GROUP BY, but found <sqlExpr>."},
	"GROUP_BY_POS_AGGREGATE":                                                         {"42903", "GROUP BY <index> refers to an expression <aggExpr> that contains an aggregate function. Aggregate functions are not allowed in GROUP BY."},
	"GROUP_BY_POS_OUT_OF_RANGE":                                                      {"42805", "GROUP BY position <index> is not in select list (valid range is [1, <size>])."},
	"GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE":                                         {"42822", "The expression <sqlExpr> cannot be used as a grouping expression because its data type <dataType> is not an orderable data type."},
	"INCOMPATIBLE_COLUMN_TYPE":                                                       {"42825", "<operator> can only be performed on tables with compatible column types. The <columnOrdinalNumber> column of the <tableOrdinalNumber> table is <dataType1> type which is not compatible with <dataType2> at the same column of the first table.<hint>."},
	"INTERNAL_ERROR":                                                                 {"XX000", "<message>"},
	"INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE":                                    {"42903", "The FILTER expression <filterExpr> in an aggregate function is invalid. Expected a FILTER expression without an aggregation, but found <aggExpr>."},
	"INVALID_AGGREGATE_FILTER.NOT_BOOLEAN":                                           {"42903", "The FILTER expression <filterExpr> in an aggregate function is invalid. Expected a FILTER expression of the BOOLEAN type."},
	"INVALID_NON_DETERMINISTIC_EXPRESSIONS":                                          {"42K0E", "The operator expects a deterministic expression, but the actual expression is <sqlExprs>."},
	"INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT":                           {"42000", "count(<tableName>.*) is not allowed. Use count(*) or expand the columns manually, e.g. count(col1, col2)."},
	"INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC":                                       {"42601", "Cannot specify ORDER BY or a window frame for <aggFunc>."},
	"NOT_A_SCALAR_FUNCTION":                                                          {"42887", "<functionName> appears as a scalar expression here, but the function was defined as a table function. Please update the query to move the function call into the FROM clause, or redefine <functionName> as a scalar function instead."},
	"ROUTINE_NOT_FOUND":                                                              {"42883", "The routine <routineName> cannot be found. Verify the spelling and correctness of the schema and catalog."},
	"UNRESOLVED_ALL_IN_GROUP_BY":                                                     {"42803", "Cannot infer grouping columns for GROUP BY ALL based on the select clause. Please explicitly specify the grouping columns."},
	"INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE":                {"42000", "Invalid inline table. Cannot evaluate the expression <expr> in inline table definition."},
	"INVALID_INLINE_TABLE.FAILED_SQL_EXPRESSION_EVALUATION":                          {"42000", "Invalid inline table. Failed to evaluate the SQL expression <sqlExpr>. Please check your syntax and ensure all required tables and columns are available."},
	"INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE":                        {"42000", "Invalid inline table. Found incompatible types in the column <colName> for inline table."},
	"INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH":                                      {"42000", "Invalid inline table. Inline table expected <expectedNumCols> columns but found <actualNumCols> columns in row <rowIndex>."},
	"INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES":                               {"42K0D", "Invalid lambda function call. The lambda function has duplicate arguments <args>. Please, consider to rename the argument names or set <caseSensitiveConfig> to \"true\"."},
	"INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE":                                        {"42K0E", "The limit like expression <expr> is invalid. The <name> expression must be integer type, but got <dataType>."},
	"INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE":                                      {"42K0E", "The limit like expression <expr> is invalid. The <name> expression must be equal to or greater than 0, but got <v>."},
	"INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL":                                          {"42K0E", "The limit like expression <expr> is invalid. The evaluated <name> expression must not be null."},
	"INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE":                                    {"42K0E", "The limit like expression <expr> is invalid. The <name> expression must evaluate to a constant value."},
	"INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE":                   {"42K0E", "Invalid observed metrics. Attribute <expr> can only be used as an argument to an aggregate function."},
	"INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN": {"42823", "Invalid subquery: Scalar subquery must return only one column, but got <number>."},
	"INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY":                                    {"42823", "Invalid subquery: Streaming query is not allowed in subquery expressions."},
	"INVALID_SUBQUERY_EXPRESSION.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES":    {"42823", "Invalid subquery: Found an aggregate function in a correlated predicate that has both outer and local references, which is not supported: <function>."},
	"INVALID_WHERE_CONDITION":                                                        {"42903", "The WHERE condition <condition> contains invalid expressions: <expressionList>.\nRewrite the query to avoid window functions, aggregate functions, and generator functions in the WHERE clause."},
	"JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE":                                             {"42K0E", "The join condition <joinCondition> has the invalid type <conditionType>, expected \"BOOLEAN\"."},
	"MISSING_AGGREGATION":                                                            {"42803", "The non-aggregating expression <expression> is based on columns which are not participating in the GROUP BY clause.\nAdd the columns or the expression to the GROUP BY, aggregate the expression, or use <expressionAnyValue> if you do not care which of the values within a group is returned."},
	"MISSING_GROUP_BY":                                                               {"42803", "The query does not include a GROUP BY clause. Add GROUP BY or turn it into the window functions using OVER clauses."},
	"MISSING_WINDOW_SPECIFICATION":                                                   {"42P20", "Window specification is not defined in the WINDOW clause for <windowName>. For more information about WINDOW clauses, please refer to '<docroot>/sql-ref-syntax-qry-select-window.html'."},
	"MULTIPLE_TIME_WINDOWS":                                                          {"0A000", "Multiple time/session window expressions would result in a cartesian product of rows, therefore they are currently not supported."},
	"MULTI_ALIAS_WITHOUT_GENERATOR":                                                  {"42K0E", "Multi part aliasing (<names>) is not supported with <expr> as it is not a generator function."},
	"NESTED_AGGREGATE_FUNCTION":                                                      {"42607", "It is not allowed to use an aggregate function in the argument of another aggregate function. Please use the inner aggregate function in a sub-query."},
	"NUM_COLUMNS_MISMATCH":                                                           {"42826", "<operator> can only be performed on inputs with the same number of columns, but the first input has <firstNumColumns> columns and the <invalidOrdinalNum> input has <invalidNumColumns> columns."},
	"ORDER_BY_POS_OUT_OF_RANGE":                                                      {"42805", "ORDER BY position <index> is not in select list (valid range is [1, <size>])."},
	"PIVOT_VALUE_DATA_TYPE_MISMATCH":                                                 {"42K09", "Invalid pivot value '<value>': value data type <valueType> does not match pivot column data type <pivotType>."},
	"NON_LITERAL_PIVOT_VALUES":                                                       {"42K08", "Literal expressions required for pivot values, found <expression>."},
	"INCOMPARABLE_PIVOT_COLUMN":                                                      {"42818", "Invalid pivot column <columnName>. Pivot columns must be comparable."},
	"INVALID_RECURSIVE_CTE":                                                          {"42836", "Invalid recursive definition found. Recursive queries must contain an UNION or an UNION ALL statement with 2 children. The first child needs to be the anchor term without any recursive references. Any top level inner CTE must not contain self references."},
	"INVALID_RECURSIVE_REFERENCE.PLACE":                                              {"42836", "Invalid recursive reference found inside WITH RECURSIVE clause. Recursive references cannot be used on the right side of left outer/semi/anti joins, on the left side of right outer joins, in full outer joins, in aggregates, and in subquery expressions."},
	"INVALID_RECURSIVE_REFERENCE.NUMBER":                                             {"42836", "Invalid recursive reference found inside WITH RECURSIVE clause. Multiple self-references to one recursive CTE are not allowed."},
	"RECURSIVE_VIEW":                                                                 {"42K0H", "Recursive view <viewIdent> detected (cycle: <newPath>)."},
	"REQUIRES_SINGLE_PART_NAMESPACE":                                                 {"42K05", "<sessionCatalog> requires a single-part namespace, but got identifier <identifier>."},
	"SCHEMA_NOT_FOUND":                                                               {"42704", "The schema <schemaName> cannot be found. Verify the spelling and correctness of the schema and catalog.\nIf you did not qualify the name with a catalog, verify the current_schema() output, or qualify the name with the correct catalog.\nTo tolerate the error on drop use DROP SCHEMA IF EXISTS."},
	"TABLE_OR_VIEW_NOT_FOUND":                                                        {"42P01", "The table or view <relationName> cannot be found. Verify the spelling and correctness of the schema and catalog.\nIf you did not qualify the name with a schema, verify the current_schema() output, or qualify the name with the correct schema and catalog.\nTo tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF EXISTS."},
	"UNBOUND_SQL_PARAMETER":                                                          {"42P02", "Found the unbound parameter: <name>. Please, fix `args` and provide a mapping of the parameter to either a SQL literal or collection constructor functions such as `map()`, `array()`, `struct()`."},
	"UNPIVOT_REQUIRES_VALUE_COLUMNS":                                                 {"42K0A", "At least one value column needs to be specified for UNPIVOT, all columns specified as ids."},
	"UNPIVOT_VALUE_DATA_TYPE_MISMATCH":                                               {"42K09", "Unpivot value columns must share a least common type, some types do not: [<types>]."},
	"UNPIVOT_VALUE_SIZE_MISMATCH":                                                    {"428C4", "All unpivot value columns must have the same size as there are value column names (<names>)."},
	"UNRESOLVABLE_TABLE_VALUED_FUNCTION":                                             {"42883", "Could not resolve <name> to a table-valued function.\nPlease make sure that <name> is defined as a table-valued function and that all required parameters are provided correctly.\nIf <name> is not defined, please create the table-valued function before using it.\nFor more information about defining table-valued functions, please refer to the Apache Spark documentation."},
	"UNRESOLVED_COLUMN.WITHOUT_SUGGESTION":                                           {"42703", "A column, variable, or function parameter with name <objectName> cannot be resolved. "},
	"UNRESOLVED_COLUMN.WITH_SUGGESTION":                                              {"42703", "A column, variable, or function parameter with name <objectName> cannot be resolved. Did you mean one of the following? [<proposal>]."},
	"UNRESOLVED_ROUTINE":                                                             {"42883", "Cannot resolve routine <routineName> on search path <searchPath>."},
	"UNRESOLVED_USING_COLUMN_FOR_JOIN":                                               {"42703", "USING column <colName> cannot be resolved on the <side> side of the join. The <side>-side columns: [<suggestion>]."},
	"UNSUPPORTED_EXPR_FOR_WINDOW":                                                    {"42P20", "Expression <sqlExpr> not supported within a window function."},
	"UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_AGGREGATE_FUNC":                     {"0A000", "The feature is not supported: Referencing a lateral column alias <lca> in the aggregate function <aggFunc>."},
	"UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW":                             {"0A000", "The feature is not supported: Referencing a lateral column alias <lca> in window expression <windowExpr>."},
	"UNSUPPORTED_FEATURE.SET_OPERATION_ON_MAP_TYPE":                                  {"0A000", "The feature is not supported: Cannot have MAP type columns in DataFrame which calls set operations (INTERSECT, EXCEPT, etc.), but the type of column <colName> is <dataType>."},
	"UNSUPPORTED_GENERATOR.MULTI_GENERATOR":                                          {"42K0E", "The generator is not supported: only one generator allowed per SELECT clause but found <num>: <generators>."},
	"UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS":                                    {"42K0E", "The generator is not supported: nested in expressions <expression>."},
	"UNSUPPORTED_GENERATOR.NOT_GENERATOR":                                            {"42K0E", "The generator is not supported: <functionName> is expected to be a generator. However, its class is <classCanonicalName>, which is not a generator."},
	"UNSUPPORTED_GENERATOR.OUTSIDE_SELECT":                                           {"42K0E", "The generator is not supported: outside the SELECT clause, found: <plan>."},
	"UNSUPPORTED_GROUPING_EXPRESSION":                                                {"42K0E", "grouping()/grouping_id() can only be used with GroupingSets/Cube/Rollup."},
	"UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE":                  {"0A000", "Unsupported subquery expression: Expressions referencing the outer query are not supported outside of WHERE/HAVING clauses: <sqlExprs>."},
	"UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES":             {"0A000", "Unsupported subquery expression: Scalar subqueries in the VALUES clause."},
	"WINDOW_FUNCTION_FRAME_NOT_ORDERED":                                              {"42601", "Window function <wf_name> requires the window to be ordered. You need to add an ORDER BY clause. For example: SELECT <wf_expr> OVER (PARTITION BY window_partition ORDER BY window_ordering) FROM table."},
	"WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE":                                            {"42601", "Window function <funcName> requires an OVER clause."},
	"CANNOT_PARSE_INTERVAL":                                                          {"22006", "Unable to parse <intervalString>. Please ensure that the value provided is in a valid format for defining an interval. You can reference the documentation for the correct format. If the issue persists, please double check that the input value is not null or empty and try again."},
	"DISTINCT_WINDOW_FUNCTION_UNSUPPORTED":                                           {"0A000", "Distinct window functions are not supported: <windowExpr>."},
	"FAILED_FUNCTION_CALL":                                                           {"38000", "Failed preparing of the function <funcName> for call. Please, double check function's arguments."},
	"INVALID_COLUMN_OR_FIELD_DATA_TYPE":                                              {"42000", "Column or field <name> is of type <type> while it's required to be <expectedType>."},
	"INVALID_USAGE_OF_STAR_OR_REGEX":                                                 {"42000", "Invalid usage of <elem> in <prettyName>."},
	"NULLABLE_COLUMN_OR_FIELD":                                                       {"42000", "Column or field <name> is nullable while it's required to be non-nullable."},
	"UDTF_ALIAS_NUMBER_MISMATCH":                                                     {"42802", "The number of aliases supplied in the AS clause does not match the number of columns output by the UDTF. Expected <aliasesSize> aliases, but got <aliasesNames>. Please ensure that the number of aliases provided matches the number of columns output by the UDTF."},
	"UNEXPECTED_INPUT_TYPE":                                                          {"42K09", "Parameter <paramIndex> of function <functionName> requires the <requiredType> type, however <inputSql> has the type <inputType>."},
	"WRONG_NUM_ARGS.WITHOUT_SUGGESTION":                                              {"42605", "The <functionName> requires <expectedNum> parameters but the actual number is <actualNum>. Please, refer to '<docroot>/sql-ref-functions.html' for a fix."},
	"_LEGACY_ERROR_TEMP_1324":                                                        {"", "The pivot column <pivotColumn> has more than <maxValues> distinct values, this could indicate an error. If this was intended, set spark.sql.pivotMaxValues to at least the number of distinct values of the pivot column."},
	"_LEGACY_ERROR_TEMP_1006":                                                        {"", "Aggregate expression required for pivot, but '<sql>' did not appear in any aggregate function."},
	"_LEGACY_ERROR_TEMP_1008":                                                        {"", "<quoted> is not a temp view of streaming logical plan, please use batch API such as `DataFrameReader.table` to read it."},
	"UNSUPPORTED_EXPR_FOR_OPERATOR":                                                  {"42K0E", "A query operator contains one or more unsupported expressions.\nConsider to rewrite it to avoid window functions, aggregate functions, and generator functions in the WHERE clause.\nInvalid expressions: [<invalidExprSqls>]"},
	"WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE":                                          {"42601", "It is not allowed to use window functions inside <clauseName> clause."},
	"_LEGACY_ERROR_TEMP_1050":                                                        {"", "Can only star expand struct data types. Attribute: `<attributes>`."},
	"_LEGACY_ERROR_TEMP_1035":                                                        {"", "Cannot specify window frame for <prettyName> function."},
	"_LEGACY_ERROR_TEMP_1037":                                                        {"", "Window Frame <wf> must match the required frame <required>."},
}

var parameter = regexp.MustCompile(`<[a-zA-Z0-9_]+>`)

// newError makes the error of a condition; params are pairs of a parameter's name and value.
func newError(name string, params ...string) *condition.Error {
	m, ok := messages[name]
	if !ok {
		panic("analysis: no message for " + name)
	}
	values := map[string]string{}
	for i := 0; i+1 < len(params); i += 2 {
		values[params[i]] = params[i+1]
	}
	text := parameter.ReplaceAllStringFunc(m[1], func(p string) string {
		if v, ok := values[p[1:len(p)-1]]; ok {
			return v
		}
		return p
	})
	e := condition.New(name, m[0], "%s", text)
	for k, v := range values {
		e.WithParam(k, v)
	}
	return e
}

// fail raises the error of a condition at a place in the query.
func fail(o *logical.Origin, name string, params ...string) { raise(o, newError(name, params...)) }

// raise raises an error, with the place it came from if it has none yet.
func raise(o *logical.Origin, err error) {
	e, ok := condition.As(err)
	if !ok {
		e = newError("INTERNAL_ERROR", "message", err.Error())
		e.Cause = err
	}
	panic(condition.In(e, contextOf(o)))
}

// illegalArgument is a mistake that Spark has no condition for.
func illegalArgument(message string) *condition.Error { return condition.New("", "", "%s", message) }

func contextOf(o *logical.Origin) *condition.Context {
	if o == nil {
		return nil
	}
	return &condition.Context{Text: o.Text, Offset: o.Start, Len: o.End - o.Start, Line: o.Line, Column: o.Column}
}

// sqlText is an expression in an error message.
func sqlText(e expr.Expr) string { return `"` + e.String() + `"` }

func typeText(t *types.Type) string { return `"` + t.SQL() + `"` }

// qualifiedText is an expression with columns by their whole names: sum(t.a).
func qualifiedText(e expr.Expr) string {
	return expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		if a, ok := e.(*expr.Attr); ok && len(a.Qualifier) > 0 {
			b := *a
			b.Name = quoteIfNeeded(append(append([]string(nil), a.Qualifier...), a.Name))
			return &b
		}
		return e
	}).String()
}

// ordinal is the word for a position counted from 0.
func ordinal(i int) string {
	words := [...]string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if i < len(words) {
		return words[i]
	}
	return fmt.Sprintf("%dth", i+1)
}

// searchPath is where Spark says it looks for relations and functions.
func (r *resolver) searchPath() string {
	return "[`system`.`builtin`, `system`.`session`, " + quoteParts([]string{SessionCatalog, r.Catalog.Current()}) + "]"
}

func joined[T any](list []T, text func(T) string) string {
	texts := make([]string, len(list))
	for i, x := range list {
		texts[i] = text(x)
	}
	return strings.Join(texts, ", ")
}
