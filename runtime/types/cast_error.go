package types

import (
	"fmt"

	"gospark/runtime/condition"
)

// InvalidInput is the error of a value whose text is none of the target type.
func InvalidInput(v any, from, to *Type) *condition.Error {
	value := ErrorValue(v, from, nil)
	return condition.New("CAST_INVALID_INPUT", "22018",
		"The value %s of the type \"%s\" cannot be cast to \"%s\" because it is malformed. Correct the value as per the syntax, "+
			"or change its target type. Use `try_cast` to tolerate malformed input and return NULL instead.",
		value, from.SQL(), to.SQL()).
		WithParam("expression", value).WithParam("sourceType", quoted(from)).WithParam("targetType", quoted(to)).
		WithParam("ansiConfig", `"spark.sql.ansi.enabled"`)
}

// CastOverflow is the error of a number that the target type does not hold.
func CastOverflow(v any, from, to *Type) *condition.Error {
	value := ErrorValue(v, from, nil)
	return condition.New("CAST_OVERFLOW", "22003",
		"The value %s of the type \"%s\" cannot be cast to \"%s\" due to an overflow. "+
			"Use `try_cast` to tolerate overflow and return NULL instead.", value, from.SQL(), to.SQL()).
		WithParam("value", value).WithParam("sourceType", quoted(from)).WithParam("targetType", quoted(to)).
		WithParam("ansiConfig", `"spark.sql.ansi.enabled"`)
}

// DecimalOverflow is the error of a number, in plain notation, that decimal(p,s) does not hold.
func DecimalOverflow(value string, p, s int) *condition.Error {
	return condition.New("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", "22003",
		" %s cannot be represented as Decimal(%d, %d). If necessary set \"spark.sql.ansi.enabled\" to \"false\" to bypass "+
			"this error, and return NULL instead.", value, p, s).
		WithParam("value", value).WithParam("precision", itoa(p)).WithParam("scale", itoa(s)).
		WithParam("config", `"spark.sql.ansi.enabled"`)
}

func outOfDecimals(value string) *condition.Error {
	return condition.New("NUMERIC_OUT_OF_SUPPORTED_RANGE", "22003",
		"The value %s cannot be interpreted as a numeric since it has more than 38 digits.", value).WithParam("value", value)
}

func quoted(t *Type) string { return `"` + t.SQL() + `"` }

// castFunctions are what Spark suggests instead of a cast that is not allowed.
func castFunctions(from, to *Type) string {
	switch {
	case from.Numeric() && to.Kind == TimestampKind:
		return "`TIMESTAMP_SECONDS`/`TIMESTAMP_MILLIS`/`TIMESTAMP_MICROS`"
	case from.Kind == TimestampKind && to.Numeric():
		return "`UNIX_SECONDS`/`UNIX_MILLIS`/`UNIX_MICROS`"
	case from.Numeric() && to.Kind == DateKind:
		return "`DATE_FROM_UNIX_DATE`"
	case from.Kind == DateKind && to.Numeric():
		return "`UNIX_DATE`"
	}
	return ""
}

// CastMismatch is the error of a cast between types that CanCast refuses; expr is the text of the cast.
func CastMismatch(from, to *Type, mode CastMode, expr string) *condition.Error {
	sub, hint := "CAST_WITHOUT_SUGGESTION", ""
	names := castFunctions(from, to)
	conf := mode == CastAnsi && CanCast(from, to, CastLegacy)
	switch {
	case mode == CastLegacy:
		names, conf = "", false
	case names != "":
		sub = "CAST_WITH_FUNC_SUGGESTION"
		hint = fmt.Sprintf(".\nTo convert values from %q to %q, you can use the functions %s instead", from.SQL(), to.SQL(), names)
		conf = false
	case conf:
		sub = "CAST_WITH_CONF_SUGGESTION"
		hint = fmt.Sprintf(" with ANSI mode on.\nIf you have to cast %q to %q, you can set \"spark.sql.ansi.enabled\" as 'false'",
			from.SQL(), to.SQL())
	}
	e := condition.New("DATATYPE_MISMATCH."+sub, "42K09",
		"Cannot resolve %q due to data type mismatch: cannot cast %q to %q%s.", rawString(expr), from.SQL(), to.SQL(), hint).
		WithParam("sqlExpr", `"`+expr+`"`).WithParam("srcType", quoted(from)).WithParam("targetType", quoted(to))
	if names != "" {
		e.WithParam("functionNames", names)
	}
	if conf {
		e.WithParam("config", `"spark.sql.ansi.enabled"`).WithParam("configVal", "'false'")
	}
	return e
}

// A rawString is quoted as it is: message texts do not escape.
type rawString string

func (s rawString) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(`"` + string(s) + `"`)) }
