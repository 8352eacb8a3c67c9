package planner

import (
	"fmt"
	"strings"

	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// Explained is a query at each of its stages, for EXPLAIN. Parsed is text, because whoever parses knows how to write it.
type Explained struct {
	Parsed              string
	Analyzed, Optimized resolved.Relation
	Physical            plan.Node
	// Write is what a streaming query writes its rows to, and how; "": they are not written.
	Write string
}

// ExplainModes are the modes that Text knows.
var ExplainModes = []string{"simple", "extended", "codegen", "cost", "formatted"}

// Text is what EXPLAIN prints in a mode, with Spark's heads of sections. There is no generated code: codegen is simple.
func (e Explained) Text(mode string) (string, error) {
	var b strings.Builder
	section := func(head, text string) {
		b.WriteString("== " + head + " ==\n" + strings.TrimRight(text, "\n") + "\n\n")
	}
	logical := func(r resolved.Relation) string { return e.under(resolved.Tree(r)) }
	physical := "Physical Plan"
	top := showPlan(e.Physical)
	if e.Write != "" {
		top = &shown{name: writeName, args: e.Write, partitions: top.partitions, below: []*shown{top}}
	}
	switch strings.ToLower(mode) {
	case "", "simple", "codegen":
	case "extended":
		section("Parsed Logical Plan", e.under(e.Parsed))
		section("Analyzed Logical Plan", schemaLine(e.Analyzed)+"\n"+logical(e.Analyzed))
		section("Optimized Logical Plan", logical(e.Optimized))
	case "cost":
		section("Optimized Logical Plan", costTree(e.Optimized))
	case "formatted":
		section(physical, formatted(top))
		return b.String(), nil
	default:
		return "", fmt.Errorf("explain: there is no mode %q; it is one of %s", mode, strings.Join(ExplainModes, ", "))
	}
	section(physical, physicalTree(top))
	return b.String(), nil
}

// writeName is the operator on top of a streaming query.
const writeName = "WriteToMicroBatchDataSource"

// under is a tree of lines below the write.
func (e Explained) under(tree string) string {
	if e.Write == "" {
		return tree
	}
	lines := strings.Split(strings.TrimRight(tree, "\n"), "\n")
	return writeName + " " + e.Write + "\n+- " + strings.Join(lines, "\n   ") + "\n"
}

// schemaLine is the columns with their types.
func schemaLine(r resolved.Relation) string {
	cols := make([]string, 0)
	for _, a := range r.Output() {
		cols = append(cols, a.Name+": "+a.Typ.String())
	}
	return strings.Join(cols, ", ")
}

func costTree(r resolved.Relation) string {
	var b strings.Builder
	p := newPlanner(Settings{})
	resolved.DrawTree(&b, r, func(r resolved.Relation) string {
		rows := rowsOf(r)
		return fmt.Sprintf("%s, Statistics(sizeInBytes=%.0f B, rowCount=%.0f)", resolved.Describe(r), p.size(r, ""), rows)
	}, resolved.Relation.Inputs)
	return b.String()
}

// PhysicalTree is a plan, a node a line.
func PhysicalTree(n plan.Node) string { return physicalTree(showPlan(n)) }

func physicalTree(s *shown) string {
	var b strings.Builder
	drawShown(&b, s, (*shown).line)
	return b.String()
}
