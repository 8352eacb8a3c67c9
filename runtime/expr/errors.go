package expr

import (
	"fmt"
	"strconv"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// quoted is an expression, or a type, in an error message.
func quoted(s string) string          { return `"` + s + `"` }
func quotedType(t *types.Type) string { return quoted(t.SQL()) }
func quotedID(name string) string     { return types.Quote(name) }
func ordinal(i int) string {
	if names := [...]string{"first", "second", "third"}; i < len(names) {
		return names[i]
	}
	return strconv.Itoa(i+1) + "th"
}

// mismatch is DATATYPE_MISMATCH of a kind for the call that is written as text. Params are pairs of name and value.
func mismatch(kind, text, message string, params ...string) *condition.Error {
	e := condition.New("DATATYPE_MISMATCH."+kind, "42K09", "Cannot resolve %s due to data type mismatch: %s", quoted(text), message).
		WithParam("sqlExpr", quoted(text))
	return withParams(e, params)
}

func withParams(e *condition.Error, params []string) *condition.Error {
	for i := 0; i+1 < len(params); i += 2 {
		e.WithParam(params[i], params[i+1])
	}
	return e
}

// unexpectedInput says that the i-th argument has a type the function does not take. required is as it is printed:
// "\"INT\"" or "(\"INT\" or \"STRING\")".
func unexpectedInput(text string, i int, required string, arg Expr) *condition.Error {
	return mismatch("UNEXPECTED_INPUT_TYPE", text,
		fmt.Sprintf("The %s parameter requires the %s type, however %s has the type %s.", ordinal(i), required, quoted(arg.String()), quotedType(arg.Type())),
		"paramIndex", ordinal(i), "requiredType", required, "inputSql", quoted(arg.String()), "inputType", quotedType(arg.Type()))
}

// diffTypes says that arguments that should agree in type do not.
func diffTypes(text, function string, ts string) *condition.Error {
	return mismatch("DATA_DIFF_TYPES", text,
		fmt.Sprintf("Input to %s should all be the same type, but it's %s.", quotedID(function), ts),
		"functionName", quotedID(function), "dataType", ts)
}

// typeList is the types of expressions as Spark's messages list them.
func typeList(es []Expr) string {
	names := make([]string, len(es))
	for i, e := range es {
		names[i] = quotedType(e.Type())
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// typeChoice is several types as a message lists alternatives: one alone, or in parentheses with "or".
func typeChoice(names []string) string {
	for i, n := range names {
		names[i] = quoted(n)
	}
	if len(names) == 1 {
		return names[0]
	}
	return "(" + strings.Join(names, " or ") + ")"
}

// notOrdered says that values of a type cannot be compared.
func notOrdered(text, function string, t *types.Type) *condition.Error {
	return mismatch("INVALID_ORDERING_TYPE", text,
		fmt.Sprintf("The %s does not support ordering on type %s.", quotedID(function), quotedType(t)),
		"functionName", quotedID(function), "dataType", quotedType(t))
}

// outOfRange says that a constant argument has a value outside what is allowed.
func outOfRange(text, name, valueRange, current string) *condition.Error {
	return mismatch("VALUE_OUT_OF_RANGE", text,
		fmt.Sprintf("The %s must be between %s (current value = %s).", name, valueRange, current),
		"exprName", name, "valueRange", valueRange, "currentValue", current)
}

// notFoldable says that an argument must be a constant.
func notFoldable(text, name string, t *types.Type, arg Expr) *condition.Error {
	return mismatch("NON_FOLDABLE_INPUT", text,
		fmt.Sprintf("the input %s should be a foldable %s expression; however, got %s.", quotedID(name), quotedType(t), quoted(arg.String())),
		"inputName", quotedID(name), "inputType", quotedType(t), "inputExpr", quoted(arg.String()))
}

const docroot = "https://spark.apache.org/docs/latest"

// wrongCount says that a function was called with a number of arguments it does not take.
func wrongCount(name, expected string, actual int) *condition.Error {
	return condition.New("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605",
		"The %s requires %s parameters but the actual number is %d. Please, refer to '%s/sql-ref-functions.html' for a fix.",
		quotedID(name), expected, actual, docroot).
		WithParam("functionName", quotedID(name)).WithParam("expectedNum", expected).
		WithParam("actualNum", strconv.Itoa(actual)).WithParam("docroot", docroot)
}

const ansiConf = `"spark.sql.ansi.enabled"`

func turnOff() string {
	return fmt.Sprintf(`If necessary set %s to "false" to bypass this error.`, ansiConf)
}

// overflow is an arithmetic result that does not fit. instead names the function that yields NULL, if there is one.
func overflow(message, instead string) *condition.Error {
	alternative := ""
	if instead != "" {
		alternative = fmt.Sprintf(" Use '%s' to tolerate overflow and return NULL instead.", instead)
	}
	return condition.New("ARITHMETIC_OVERFLOW", "22003", "%s.%s %s", message, alternative, turnOff()).
		WithParam("message", message).WithParam("alternative", alternative).WithParam("config", ansiConf)
}

// smallOverflow is the overflow of tinyint and smallint arithmetic.
func smallOverflow(a, symbol, b, instead string) *condition.Error {
	return condition.New("BINARY_ARITHMETIC_OVERFLOW", "22003", "%s %s %s caused overflow. Use %s to ignore overflow problem and return NULL.",
		a, symbol, b, quotedID(instead)).
		WithParam("value1", a).WithParam("symbol", symbol).WithParam("value2", b).WithParam("functionName", quotedID(instead))
}

func divideByZero() *condition.Error {
	return condition.New("DIVIDE_BY_ZERO", "22012", "Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead. %s", turnOff()).
		WithParam("config", ansiConf)
}

func remainderByZero() *condition.Error {
	return condition.New("REMAINDER_BY_ZERO", "22012", "Remainder by zero. Use `try_mod` to tolerate divisor being 0 and return NULL instead. %s", turnOff()).
		WithParam("config", ansiConf)
}

// decimalRange is a decimal that does not fit its type; value is its text.
func decimalRange(value string, t *types.Type) *condition.Error {
	return condition.New("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", "22003",
		` %s cannot be represented as Decimal(%d, %d). If necessary set %s to "false" to bypass this error, and return NULL instead.`,
		value, t.Precision, t.Scale, ansiConf).
		WithParam("value", value).WithParam("precision", strconv.Itoa(t.Precision)).
		WithParam("scale", strconv.Itoa(t.Scale)).WithParam("config", ansiConf)
}

// invalidParameter is INVALID_PARAMETER_VALUE of a kind.
func invalidParameter(kind, function, parameter, what string, params ...string) *condition.Error {
	e := condition.New("INVALID_PARAMETER_VALUE."+kind, "22023", "The value of parameter(s) %s in %s is invalid: %s",
		quotedID(parameter), quotedID(function), what).
		WithParam("parameter", quotedID(parameter)).WithParam("functionName", quotedID(function))
	return withParams(e, params)
}

// unresolvedRoutine is a function that nobody knows.
func unresolvedRoutine(name string) *condition.Error {
	const path = "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]"
	e := condition.New("UNRESOLVED_ROUTINE", "42883", "Cannot resolve routine %s on search path %s.", quotedID(name), path).
		WithParam("routineName", quotedID(name)).WithParam("searchPath", path)
	return e
}

// zeroIndex is an index of 0 where counting starts at 1.
func zeroIndex() *condition.Error {
	return condition.New("INVALID_INDEX_OF_ZERO", "22003", "The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).")
}

// invalidIndex is an index outside of an array.
func invalidIndex(index, size int) *condition.Error {
	return condition.New("INVALID_ARRAY_INDEX", "22003",
		"The index %d is out of bounds. The array has %d elements. Use the SQL function `get()` to tolerate accessing element at invalid index and return NULL instead.", index, size).
		WithParam("indexValue", strconv.Itoa(index)).WithParam("arraySize", strconv.Itoa(size))
}

// invalidConversion is text that is not of the format it is read in.
func invalidConversion(s, format, function string) *condition.Error {
	return condition.New("CONVERSION_INVALID_INPUT", "22018",
		"The value '%s' (%s) cannot be converted to %s because it is malformed. Correct the value as per the syntax, or change its format. Use %s to tolerate malformed input and return NULL instead.",
		s, format, quoted("BINARY"), quotedID("try_"+function)).
		WithParam("str", "'"+s+"'").WithParam("fmt", format).WithParam("targetType", quoted("BINARY")).WithParam("suggestion", quotedID("try_"+function))
}

// negativeFrequency is a negative number of times a row should count.
func negativeFrequency(frequency Expr, n int64) *condition.Error {
	text, value := quoted(plain(frequency).String()), LongLit(n).SQLText()
	return condition.New("NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION", "22003", "Found the negative value in %s: %s, but expected a positive integral value.", text, value).
		WithParam("frequencyExpression", text).WithParam("negativeValue", value)
}
