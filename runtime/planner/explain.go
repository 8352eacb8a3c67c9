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
}

// ExplainModes are the modes that Text knows.
var ExplainModes = []string{"simple", "extended", "codegen", "cost", "formatted"}

// Text is what EXPLAIN prints in a mode, with Spark's heads of sections. There is no generated code: codegen is simple.
func (e Explained) Text(mode string) (string, error) {
	var b strings.Builder
	section := func(head, text string) {
		b.WriteString("== " + head + " ==\n" + strings.TrimRight(text, "\n") + "\n\n")
	}
	physical := "Physical Plan"
	switch strings.ToLower(mode) {
	case "", "simple", "codegen":
	case "extended":
		section("Parsed Logical Plan", e.Parsed)
		section("Analyzed Logical Plan", schemaLine(e.Analyzed)+"\n"+resolved.Tree(e.Analyzed))
		section("Optimized Logical Plan", resolved.Tree(e.Optimized))
	case "cost":
		section("Optimized Logical Plan", costTree(e.Optimized))
	case "formatted":
		section(physical, formatted(e.Physical))
		return b.String(), nil
	default:
		return "", fmt.Errorf("explain: there is no mode %q; it is one of %s", mode, strings.Join(ExplainModes, ", "))
	}
	section(physical, PhysicalTree(e.Physical))
	return b.String(), nil
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
func PhysicalTree(n plan.Node) string {
	var b strings.Builder
	resolved.DrawTree(&b, n, describe, plan.Node.Children)
	return b.String()
}

// formatted is a tree of numbered names, and then what each does.
func formatted(n plan.Node) string {
	number := map[plan.Node]int{}
	var order []plan.Node
	plan.Walk(n, func(n plan.Node) {
		order = append(order, n)
		number[n] = len(order)
	})
	var b strings.Builder
	resolved.DrawTree(&b, n, func(n plan.Node) string {
		return fmt.Sprintf("%s (%d)", nodeName(n), number[n])
	}, plan.Node.Children)
	for _, n := range order {
		fmt.Fprintf(&b, "\n\n(%d) %s", number[n], describe(n))
		if ts := plan.TypesOf(n); ts != nil {
			names := make([]string, len(ts))
			for i, t := range ts {
				names[i] = t.String()
			}
			fmt.Fprintf(&b, "\nOutput [%d]: [%s]", len(ts), strings.Join(names, ", "))
		}
		fmt.Fprintf(&b, "\nPartitions: %d", n.Partitions())
	}
	return b.String()
}
