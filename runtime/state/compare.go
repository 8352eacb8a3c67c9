package state

import (
	"fmt"
	"slices"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

func equalOperators(a, b []Operator) bool {
	return slices.EqualFunc(a, b, func(a, b Operator) bool {
		return a.ID == b.ID && a.Name == b.Name && a.Partitions == b.Partitions && slices.Equal(a.Tables, b.Tables)
	})
}

const startOver = "undo the change, or start with another checkpointLocation, which begins with empty state"

func compareOperators(old, ops []Operator) error {
	if names(old) != names(ops) {
		return condition.New("STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA", "42K03",
			"the stateful operators of the query are not those of its checkpoint\n%s", operatorDiff(old, ops)).
			WithParam("OpsInMetadataSeq", names(old)).WithParam("OpsInCurBatchSeq", names(ops)).
			WithFix("stateful operators cannot be added, removed or changed: %s", startOver)
	}
	for _, o := range ops {
		was := old[slices.IndexFunc(old, func(x Operator) bool { return x.ID == o.ID })]
		for _, t := range o.Tables {
			i := slices.IndexFunc(was.Tables, func(x Schema) bool { return x.Table == t.Table })
			if i < 0 {
				continue
			}
			if err := compareSchemas(o, was.Tables[i], t); err != nil {
				return err
			}
		}
		if was.Partitions != o.Partitions {
			return fmt.Errorf("state: operator %d (%s) has %d partitions in the checkpoint, and %d in the query: it must be rehashed first",
				o.ID, o.Name, was.Partitions, o.Partitions)
		}
	}
	return nil
}

// names are the operators as Spark lists them.
func names(ops []Operator) string {
	ops = slices.SortedFunc(slices.Values(ops), func(a, b Operator) int { return a.ID - b.ID })
	var parts []string
	for _, o := range ops {
		parts = append(parts, fmt.Sprintf("(OperatorId: %d -> OperatorName: %s)", o.ID, o.Name))
	}
	return strings.Join(parts, ", ")
}

func operatorDiff(old, ops []Operator) string {
	line := func(o Operator) string { return fmt.Sprintf("operator %d: %s", o.ID, o.Name) }
	lines := func(ops []Operator) (ls []string) {
		for _, o := range ops {
			ls = append(ls, line(o))
		}
		return ls
	}
	return diff(lines(old), lines(ops))
}

// diff marks the lines that are only in the old ones or only in the new.
func diff(old, now []string) string {
	var b strings.Builder
	for _, l := range old {
		mark := "  "
		if !slices.Contains(now, l) {
			mark = "- "
		}
		b.WriteString(mark + l + "\n")
	}
	for _, l := range now {
		if !slices.Contains(old, l) {
			b.WriteString("+ " + l + "\n")
		}
	}
	return b.String()
}

func compareSchemas(o Operator, old, now Schema) error {
	for _, x := range []struct{ part, param, old, now, condition string }{
		{"key", "Key", old.Key, now.Key, "STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE"},
		{"value", "Value", old.Value, now.Value, "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE"},
	} {
		if sameBytes(x.old, x.now) {
			continue
		}
		return condition.New(x.condition, "XXKST", "the %s of the state of operator %d (%s%s) is not that of the checkpoint\n%s",
			x.part, o.ID, o.Name, tableName(now.Table), diff(columnsOf(x.old), columnsOf(x.now))).
			WithParam("stored"+x.param+"Schema", x.old).WithParam("new"+x.param+"Schema", x.now).
			WithFix("the number, order and types of its columns cannot change: %s", startOver)
	}
	return nil
}

func tableName(name string) string {
	if name == "" {
		return ""
	}
	return ", " + name
}

// sameBytes says whether rows of two schemas are the same bytes: the types count, names and nullability do not.
func sameBytes(a, b string) bool {
	if a == b {
		return true
	}
	s, err := types.ParseDDL(a)
	if err != nil {
		return false
	}
	t, err := types.ParseDDL(b)
	return err == nil && alike(s, t)
}

func alike(a, b *types.Type) bool {
	if len(a.Fields) != len(b.Fields) {
		return false
	}
	for i := range a.Fields {
		if !alike(a.Fields[i].Type, b.Fields[i].Type) {
			return false
		}
	}
	if a.Kind == types.StructKind {
		return b.Kind == types.StructKind
	}
	if (a.Key == nil) != (b.Key == nil) || (a.Elem == nil) != (b.Elem == nil) ||
		a.Key != nil && !alike(a.Key, b.Key) || a.Elem != nil && !alike(a.Elem, b.Elem) {
		return false
	}
	x, y := *a, *b
	x.Key, x.Elem, x.Fields, x.Nullable = nil, nil, nil, false
	y.Key, y.Elem, y.Fields, y.Nullable = nil, nil, nil, false
	return x.Equal(&y)
}

// columnsOf are the columns of a schema, a line each.
func columnsOf(schema string) []string {
	t, err := types.ParseDDL(schema)
	if err != nil {
		return []string{schema}
	}
	var lines []string
	for i, f := range t.Fields {
		lines = append(lines, fmt.Sprintf("column %d: %s %s", i+1, f.Name, f.Type.SQL()))
	}
	return lines
}
