package gofunc

import (
	"reflect"
	"strings"
)

// A Pair is a record of a key and a value. It prints as (k,v).
type Pair struct {
	Key   any
	Value any
}

// A Tuple is a record of more than two parts. It prints as (a,b,c).
type Tuple []any

var (
	pairType  = reflect.TypeFor[Pair]()
	tupleType = reflect.TypeFor[Tuple]()
)

func (p Pair) String() string { return "(" + Text(p.Key) + "," + Text(p.Value) + ")" }

func (t Tuple) String() string {
	ss := make([]string, len(t))
	for i, x := range t {
		ss[i] = Text(x)
	}
	return "(" + strings.Join(ss, ",") + ")"
}
