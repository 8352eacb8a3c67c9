package state

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gospark/runtime/condition"
)

func TestCheck(t *testing.T) {
	base := []Operator{
		{ID: 0, Name: "stateStoreSave", Partitions: 2, Tables: []Schema{{"", "w STRUCT<start: TIMESTAMP, end: TIMESTAMP>, page STRING NOT NULL", "n BIGINT"}}},
		{ID: 1, Name: "symmetricHashJoin", Partitions: 2, Tables: []Schema{{"left", "k INT", "a ARRAY<INT>"}, {"right", "k INT", "opaque bytes!"}}},
	}
	with := func(f func(ops []Operator) []Operator) []Operator {
		ops := slices.Clone(base)
		for i := range ops {
			ops[i].Tables = slices.Clone(ops[i].Tables)
		}
		return f(ops)
	}
	for _, c := range []struct {
		name      string
		change    func(ops []Operator) []Operator
		condition string // "": it is accepted
		diff      string
	}{
		{"nothing", func(o []Operator) []Operator { return o }, "", ""},
		{"names and nullability", func(o []Operator) []Operator {
			o[0].Tables[0] = Schema{"", "window STRUCT<a: TIMESTAMP, b: TIMESTAMP NOT NULL>, p STRING", "count BIGINT NOT NULL"}
			return o
		}, "", ""},
		{"order of operators", func(o []Operator) []Operator { slices.Reverse(o); return o }, "", ""},
		{"a table more", func(o []Operator) []Operator {
			o[1].Tables = append(o[1].Tables, Schema{"third", "k INT", "v INT"})
			return o
		}, "", ""},
		{"a table less", func(o []Operator) []Operator { o[1].Tables = o[1].Tables[:1]; return o }, "", ""},
		{"an operator less", func(o []Operator) []Operator { return o[:1] },
			"STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA", "  operator 0: stateStoreSave\n- operator 1: symmetricHashJoin\n"},
		{"no operators", func(o []Operator) []Operator { return nil },
			"STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA", "- operator 0: stateStoreSave\n- operator 1"},
		{"an operator more", func(o []Operator) []Operator { return append(o, Operator{ID: 2, Name: "dedupe"}) },
			"STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA", "+ operator 2: dedupe\n"},
		{"another operator", func(o []Operator) []Operator { o[0].Name = "dedupe"; return o },
			"STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA", "- operator 0: stateStoreSave\n  operator 1: symmetricHashJoin\n+ operator 0: dedupe\n"},
		{"a key more", func(o []Operator) []Operator {
			o[0].Tables[0].Key = "w STRUCT<start: TIMESTAMP, end: TIMESTAMP>, page STRING NOT NULL, user STRING"
			return o
		}, "STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE", "  column 2: page STRING\n+ column 3: user STRING\n"},
		{"type of a key", func(o []Operator) []Operator { o[1].Tables[1].Key = "k BIGINT"; return o },
			"STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE", "(symmetricHashJoin, right) is not that of the checkpoint\n- column 1: k INT\n+ column 1: k BIGINT\n"},
		{"type within a key", func(o []Operator) []Operator {
			o[0].Tables[0].Key = "w STRUCT<start: TIMESTAMP, end: TIMESTAMP_NTZ>, page STRING"
			return o
		}, "STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE", "+ column 1: w STRUCT<"},
		{"a value more", func(o []Operator) []Operator { o[0].Tables[0].Value = "n BIGINT, s DOUBLE"; return o },
			"STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE", "  column 1: n BIGINT\n+ column 2: s DOUBLE\n"},
		{"elements of a value", func(o []Operator) []Operator { o[1].Tables[0].Value = "a ARRAY<BIGINT>"; return o },
			"STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE", "- column 1: a ARRAY<INT>\n+ column 1: a ARRAY<BIGINT>\n"},
		{"another text", func(o []Operator) []Operator { o[1].Tables[1].Value = "other bytes!"; return o },
			"STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE", "- opaque bytes!\n+ other bytes!\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			p := open(t, dir, Options{})
			if got, err := p.Operators(); got != nil || err != nil {
				t.Fatalf("%v, %v", got, err)
			}
			if err := p.Check(base); err != nil {
				t.Fatal(err)
			}
			p.Close()
			p = open(t, dir, Options{})
			err := p.Check(with(c.change))
			if c.condition == "" {
				if err != nil {
					t.Fatal(err)
				}
				if err := p.Check(base); err != nil { // what was left out is remembered
					t.Error(err)
				}
				return
			}
			e, ok := condition.As(err)
			if !ok || e.Condition() != c.condition || !strings.Contains(err.Error(), c.diff) || !strings.Contains(err.Error(), "start with another checkpointLocation") {
				t.Errorf("%v\nwant %s with\n%s", err, c.condition, c.diff)
			}
			if got, err := p.Operators(); err != nil || !equalOperators(got, base) {
				t.Errorf("recorded %v, %v", got, err)
			}
		})
	}
}

func TestRecord(t *testing.T) {
	dir := t.TempDir()
	ops := []Operator{{ID: 0, Name: "dedupe", Partitions: 2, Tables: []Schema{{"", "k INT", ""}}}}
	p := open(t, dir, Options{})
	if err := p.Check(ops); err != nil {
		t.Fatal(err)
	}
	grow(t, p, 1, 1)
	path := filepath.Join(dir, recordName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := "v1\n" + `[{"operatorId":0,"operatorName":"dedupe","numPartitions":2,"tables":[{"table":"","key":"k INT","value":""}]}]` + "\ncrc32c "
	if !strings.HasPrefix(string(whole), want) {
		t.Errorf("recorded %s", whole)
	}
	for i := range whole {
		b := slices.Clone(whole)
		b[i] ^= 1
		for _, b := range [][]byte{b, whole[:i]} {
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := p.Check(ops); err == nil || !strings.Contains(err.Error(), path+" is damaged") {
				t.Fatalf("byte %d: %v", i, err)
			}
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := p.Check(ops); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("without the record: %v", err)
	}
	spark := t.TempDir()
	if err := os.MkdirAll(filepath.Join(spark, "0", "0"), 0o755); err != nil {
		t.Fatal(err)
	}
	p = open(t, spark, Options{})
	if err := p.Check(ops); err == nil || !strings.Contains(err.Error(), "Spark's own format") {
		t.Errorf("Spark's state: %v", err)
	}
	if err := p.Check(nil); err != nil {
		t.Errorf("no operators: %v", err)
	}
}
