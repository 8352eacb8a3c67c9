package types

import (
	"errors"
	"testing"

	"gospark/runtime/condition"
)

func TestParseType(t *testing.T) {
	for in, want := range map[string]string{
		"int": "int", "INTEGER": "int", "long": "bigint", "short": "smallint", "byte": "tinyint", "real": "float",
		"dec": "decimal(10,0)", "numeric(5)": "decimal(5,0)", "Decimal( 12 , 3 )": "decimal(12,3)",
		"char(3)": "char(3)", "character(3)": "char(3)", "varchar(10)": "varchar(10)", "string": "string",
		"timestamp_ltz": "timestamp", "timestamp_ntz": "timestamp_ntz", "timestamp without time zone": "timestamp_ntz",
		"time": "time(6)", "time(3)": "time(3)", "void": "void", "interval": "interval",
		"interval day": "interval day", "INTERVAL DAY TO SECOND": "interval day to second",
		"interval year to month": "interval year to month", "binary": "binary", "boolean": "boolean",
		"array<map<string,struct<a:int,b : array< string >>>>": "array<map<string,struct<a:int,b:array<string>>>>",
		"struct<>": "struct<>", "struct<a int not null comment 'c', `b c`: double>": "struct<a:int,b c:double>",
		"string collate UTF8_BINARY": "string",
	} {
		got, err := ParseType(in)
		if err != nil || got.String() != want {
			t.Errorf("%q is %v %v, want %s", in, got, err, want)
		}
	}
}

func TestParseTypeErrors(t *testing.T) {
	for in, want := range map[string]string{
		"foo":                "[UNSUPPORTED_DATATYPE] Unsupported data type \"FOO\". SQLSTATE: 0A000",
		"foo(1,2)":           "[UNSUPPORTED_DATATYPE] Unsupported data type \"FOO(1,2)\". SQLSTATE: 0A000",
		"array":              "[INCOMPLETE_TYPE_DEFINITION.ARRAY] Incomplete complex type: The definition of \"ARRAY\" type is incomplete. You must provide an element type. For example: \"ARRAY<elementType>\". SQLSTATE: 42K01",
		"char":               "[DATATYPE_MISSING_SIZE] DataType \"CHAR\" requires a length parameter, for example \"CHAR\"(10). Please specify the length. SQLSTATE: 42K01",
		"array<int":          "[PARSE_SYNTAX_ERROR] Syntax error at or near end of input. SQLSTATE: 42601",
		"map<int>":           "[PARSE_SYNTAX_ERROR] Syntax error at or near '>'. SQLSTATE: 42601",
		"int int":            "[PARSE_SYNTAX_ERROR] Syntax error at or near 'int'. SQLSTATE: 42601",
		"":                   "[PARSE_EMPTY_STATEMENT] Syntax error, unexpected empty statement. SQLSTATE: 42617",
		"decimal(50,2)":      "[DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION] Decimal precision 50 exceeds max precision 38. SQLSTATE: 22003",
		"time(9)":            "[UNSUPPORTED_TIME_PRECISION] The seconds precision 9 of the TIME data type is out of the supported range [0, 6]. SQLSTATE: 0A001",
		"struct<a:int,>":     "[PARSE_SYNTAX_ERROR] Syntax error at or near '>'. SQLSTATE: 42601",
		"string collate foo": "[UNSUPPORTED_DATATYPE] Unsupported data type \"STRING COLLATE foo\". SQLSTATE: 0A000",
	} {
		if _, err := ParseType(in); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", in, err, want)
		}
	}
}

func TestParseDDL(t *testing.T) {
	in := "a INT, b ARRAY<STRING> NOT NULL COMMENT 'it''s \"x\"', `c``d`: struct<x:int, y: decimal(4,1) NOT NULL>, -- end\n e map<int, date>"
	schema, err := ParseDDL(in)
	if err != nil {
		t.Fatal(err)
	}
	want := "a INT,b ARRAY<STRING> NOT NULL COMMENT 'it\\'s \"x\"',`c``d` STRUCT<x: INT, y: DECIMAL(4,1) NOT NULL>,e MAP<INT, DATE>"
	if got := schema.ToDDL(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	again, err := ParseDDL(want)
	if err != nil || !again.Equal(schema) || again.ToDDL() != want {
		t.Errorf("%s is read as %v %v", want, again, err)
	}
	_, err = ParseDDL("a INT,\n b string g")
	var e *condition.Error
	if !errors.As(err, &e) || e.Query.Line != 2 || e.Query.Column != 11 {
		t.Errorf("the error is %v at %+v", err, e.Query)
	}
}

func TestJSON(t *testing.T) {
	schema, err := ParseDDL("a INT NOT NULL COMMENT 'x<y', b ARRAY<DECIMAL(5,2)>, c MAP<STRING, STRUCT<d: BIGINT>>, e INTERVAL DAY TO HOUR, f VARCHAR(3)")
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"struct","fields":[` +
		`{"name":"a","type":"integer","nullable":false,"metadata":{"comment":"x<y"}},` +
		`{"name":"b","type":{"type":"array","elementType":"decimal(5,2)","containsNull":true},"nullable":true,"metadata":{}},` +
		`{"name":"c","type":{"type":"map","keyType":"string","valueType":{"type":"struct","fields":[` +
		`{"name":"d","type":"long","nullable":true,"metadata":{}}]},"valueContainsNull":true},"nullable":true,"metadata":{}},` +
		`{"name":"e","type":"interval day to hour","nullable":true,"metadata":{}},` +
		`{"name":"f","type":"varchar(3)","nullable":true,"metadata":{}}]}`
	if got := schema.JSON(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	again, err := ParseJSON(want)
	if err != nil || again.JSON() != want || !again.Equal(schema) {
		t.Errorf("read again: %v %v", again, err)
	}
	for _, bad := range []string{`"foo"`, `{}`, ``, `{"type":"array"}`, `"array<int>"`, `[1]`, `{"type":"udt"}`} {
		if u, err := ParseJSON(bad); err == nil {
			t.Errorf("%s is read as %v", bad, u)
		}
	}
}

func FuzzParseType(f *testing.F) {
	for _, s := range []string{"struct<a:int,b:array<string>>", "a INT, b STRING NOT NULL COMMENT 'x'", "`", "interval day to", "decimal(", "<>", "/*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := ParseSchema(s); err == nil {
			if v, err := ParseSchema(u.ToDDL()); err != nil || v.ToDDL() != u.ToDDL() {
				t.Errorf("%q is %s, read again %v %v", s, u.ToDDL(), v, err)
			}
		}
		if u, err := ParseJSON(s); err == nil {
			if v, err := ParseJSON(u.JSON()); err != nil || !u.Equal(v) {
				t.Errorf("%s is read again as %v %v", u.JSON(), v, err)
			}
		}
	})
}
