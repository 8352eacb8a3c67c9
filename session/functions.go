package session

import (
	"fmt"
	"slices"
	"sync/atomic"

	"gospark/runtime/logical"
)

//go:generate go run ./gen

// constants are the arguments of functions that are values and not columns where they are given as strings: positions
// counted from 0, a negative one standing for -n and all behind it. Everywhere else a string names a column.
var constants = map[string][]int{
	"date_format": {1}, "to_date": {1}, "try_to_date": {1}, "to_timestamp": {1}, "try_to_timestamp": {1}, "to_timestamp_ltz": {1},
	"to_timestamp_ntz": {1}, "to_time": {1}, "try_to_time": {1}, "from_unixtime": {1}, "unix_timestamp": {1}, "to_unix_timestamp": {1},
	"trunc": {1}, "date_trunc": {0}, "time_trunc": {0}, "next_day": {1}, "from_utc_timestamp": {1}, "to_utc_timestamp": {1},
	"convert_timezone": {0, 1}, "date_part": {0}, "datepart": {0}, "extract": {0}, "timestamp_add": {0}, "timestamp_diff": {0},
	"timestampadd": {0}, "timestampdiff": {0}, "time_diff": {0}, "window": {-1}, "session_window": {1},
	"split": {1}, "split_part": {1}, "regexp_extract": {1}, "regexp_extract_all": {1}, "regexp_replace": {1, 2}, "translate": {1, 2},
	"concat_ws": {0}, "format_string": {0}, "printf": {0}, "format_number": {1}, "instr": {1}, "locate": {0}, "position": {0},
	"lpad": {2}, "rpad": {2}, "trim": {1}, "ltrim": {1}, "rtrim": {1}, "btrim": {1}, "substring_index": {1}, "decode": {1}, "encode": {1},
	"to_char": {1}, "to_varchar": {1}, "to_number": {1}, "try_to_number": {1}, "to_binary": {1}, "try_to_binary": {1}, "str_to_map": {1, 2},
	"get_json_object": {1}, "json_tuple": {-1}, "from_json": {1}, "schema_of_json": {0}, "from_csv": {1}, "schema_of_csv": {0},
	"array_join": {1, 2}, "array_contains": {1}, "array_position": {1}, "array_remove": {1}, "array_append": {1}, "array_prepend": {1},
	"element_at": {1}, "try_element_at": {1}, "map_contains_key": {1},
	"listagg": {1}, "string_agg": {1}, "assert_true": {1}, "raise_error": {0}, "lag": {2}, "lead": {2},
}

// fn is a function of arguments. A string names a column, unless the function takes a constant there; a Go function of
// columns is a lambda; everything else that is not a column is a constant.
func fn(name string, args []any) *Column {
	var es []logical.Expression
	at := constants[name]
	for i, a := range args {
		if l := lambda(a); l != nil {
			es = append(es, l)
			continue
		}
		fixed := slices.ContainsFunc(at, func(p int) bool { return p == i || p < 0 && i >= -p })
		if s, ok := a.(string); ok && fixed {
			es = append(es, Lit(s).e)
			continue
		}
		es = append(es, names([]any{a})...)
	}
	return call(name, es...)
}

var lambdas atomic.Int64

// lambda is the lambda of a Go function of columns, nil if v is none.
func lambda(v any) logical.Expression {
	vars := make([]*Column, 3)
	params := []string{"x", "y", "z"}
	n := lambdas.Add(1) // a lambda inside of another has variables of its own
	for i := range params {
		params[i] = fmt.Sprintf("%s_%d", params[i], n)
		vars[i] = &Column{&logical.LambdaVariable{Name: params[i]}}
	}
	switch f := v.(type) {
	case func(x *Column) *Column:
		return &logical.LambdaFunction{Args: params[:1], Body: f(vars[0]).e}
	case func(x, y *Column) *Column:
		return &logical.LambdaFunction{Args: params[:2], Body: f(vars[0], vars[1]).e}
	case func(x, y, z *Column) *Column:
		return &logical.LambdaFunction{Args: params, Body: f(vars[0], vars[1], vars[2]).e}
	}
	return nil
}

// Count counts the rows in which a column is not NULL; Count("*") counts all.
func Count(col any) *Column {
	if s, ok := col.(string); ok && s == "*" {
		return call("count", Lit(1).e)
	}
	return fn("count", []any{col})
}

func distinct(name string, args []any) *Column {
	c := fn(name, args)
	c.e.(*logical.UnresolvedFunction).Distinct = true
	return c
}

// CountDistinct counts different values, or combinations of values.
func CountDistinct(cols ...any) *Column { return distinct("count", cols) }

// SumDistinct is the sum of the different values.
func SumDistinct(col any) *Column { return distinct("sum", []any{col}) }

// ListaggDistinct puts the different values together, with a delimiter.
func ListaggDistinct(args ...any) *Column { return distinct("listagg", args) }

// StringAggDistinct is ListaggDistinct.
func StringAggDistinct(args ...any) *Column { return distinct("string_agg", args) }

// CreateMap is a map of keys and values in turn.
func CreateMap(cols ...any) *Column { return fn("map", cols) }

// Negate is the number with the other sign.
func Negate(col any) *Column { return fn("negative", []any{col}) }

// BitwiseNot turns all bits round.
func BitwiseNot(col any) *Column { return fn("~", []any{col}) }

// CallFunction calls a function by its name in SQL: a built-in one, or one that was registered.
func CallFunction(name string, args ...any) *Column {
	return &Column{&logical.UnresolvedFunction{Name: name, Parts: nameParts(name), Args: names(args)}}
}

// CallUDF is CallFunction.
func CallUDF(name string, args ...any) *Column { return CallFunction(name, args...) }

// Asc and Desc are the orders of the column of a name.
func Asc(col string) *Column { return Col(col).Asc() }

// Desc sorts downwards by the column of a name.
func Desc(col string) *Column { return Col(col).Desc() }

// AscNullsFirst sorts upwards by the column of a name, NULLs first.
func AscNullsFirst(col string) *Column { return Col(col).AscNullsFirst() }

// AscNullsLast sorts upwards by the column of a name, NULLs last.
func AscNullsLast(col string) *Column { return Col(col).AscNullsLast() }

// DescNullsFirst sorts downwards by the column of a name, NULLs first.
func DescNullsFirst(col string) *Column { return Col(col).DescNullsFirst() }

// DescNullsLast sorts downwards by the column of a name, NULLs last.
func DescNullsLast(col string) *Column { return Col(col).DescNullsLast() }

// udfColumn calls a Go function on columns.
func udfColumn(name string, f any, args []any) *Column {
	if f == nil {
		raise(name, fmt.Errorf("want a function"))
	}
	return &Column{&logical.GoFunction{Name: name, Fn: f, Args: names(args)}}
}
