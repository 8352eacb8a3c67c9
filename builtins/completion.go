package builtins

import (
	"strings"
	"unicode"

	"gospark/repl"
)

// inCalls says what the strings in calls of a name are: names of tables, SQL text, expressions in SQL, or neither names
// nor SQL. Strings in all other calls are names of columns, if they are arguments of a method of session at all.
var inCalls = map[string]func(c *Commands, text string) (int, []repl.Candidate){
	"SQL": (*Commands).completeSQL, "Table": (*Commands).completeTable, "CacheTable": (*Commands).completeTable,
	"UncacheTable": (*Commands).completeTable, "IsCached": (*Commands).completeTable, "DropTempView": (*Commands).completeTable,
	"ListColumns": (*Commands).completeTable, "GetTable": (*Commands).completeTable, "TableExists": (*Commands).completeTable,
	"InsertInto": (*Commands).completeTable, "RefreshTable": (*Commands).completeTable,
	"Expr": (*Commands).completeExpression, "Filter": (*Commands).completeExpression, "Where": (*Commands).completeExpression,
	"SelectExpr": (*Commands).completeExpression,
}

// columnCalls are the methods and functions whose strings name columns, beside the functions of columns.
var columnCalls = map[string]bool{"Col": true, "Select": true, "GroupBy": true, "OrderBy": true, "Sort": true, "Drop": true, "Agg": true,
	"Rollup": true, "Cube": true, "Pivot": true, "PartitionBy": true, "DropDuplicates": true, "WithColumn": true, "WithColumnRenamed": true,
	"SortWithinPartitions": true, "Repartition": true, "RepartitionByRange": true, "Join": true, "Asc": true, "Desc": true, "Unpivot": true,
	"Melt": true, "Describe": true, "Fill": true, "Fillna": true, "Dropna": true, "Corr": true, "Cov": true, "Crosstab": true, "WithWatermark": true,
	"ApproxQuantile": true, "SampleBy": true, "Count": true, "CountDistinct": true, "Avg": true, "Sum": true, "Min": true, "Max": true, "Mean": true}

// CompleteString proposes what may stand in a string literal: columns of the DataFrames that were made last, tables.
func (c *Commands) CompleteString(text string, cursor int) (int, []repl.Candidate) {
	before := text[:cursor]
	name, start := enclosingCall(before)
	if name == "" {
		return 0, nil
	}
	complete, ok := inCalls[name]
	switch {
	case ok:
	case columnCalls[name] || strings.HasSuffix(Docs[name].Signature, " *Column"):
		complete = (*Commands).completeColumn
	default:
		return 0, nil
	}
	from, cands := complete(c, before[start:])
	return start + from, cands
}

// enclosingCall is the name of the call whose argument is the string that code ends in, and where the string begins.
func enclosingCall(code string) (name string, start int) {
	quote := strings.LastIndexAny(code, "\"`")
	if quote < 0 {
		return "", 0
	}
	depth := 0
	for i := quote - 1; i >= 0; i-- {
		switch code[i] {
		case ')', '}', ']':
			depth++
		case '{', '[':
			if depth > 0 {
				depth--
			}
		case '(':
			if depth > 0 {
				depth--
				continue
			}
			end := i
			for i > 0 && isWord(rune(code[i-1])) {
				i--
			}
			return code[i:end], quote + 1
		}
	}
	return "", 0
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// lastWord is where the name begins that text ends in.
func lastWord(text string) int {
	return strings.LastIndexFunc(text, func(r rune) bool { return !isWord(r) }) + 1
}

func (c *Commands) completeColumn(text string) (int, []repl.Candidate) {
	at := lastWord(text)
	return at, c.columns(text[at:])
}

func (c *Commands) columns(prefix string) []repl.Candidate {
	var out []repl.Candidate
	for _, f := range c.Session.Engine().RecentColumns() {
		if hasPrefix(f.Name, prefix) && !strings.ContainsRune(f.Name, 0) {
			out = append(out, repl.Candidate{Text: f.Name, Detail: f.Type.String()})
		}
	}
	return out
}

func hasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func (c *Commands) completeTable(text string) (int, []repl.Candidate) {
	at := lastWord(text)
	var out []repl.Candidate
	for _, t := range c.tables() {
		if hasPrefix(t, text[at:]) {
			out = append(out, repl.Candidate{Text: t, Detail: "table"})
		}
	}
	return at, out
}

// completeExpression proposes columns, and functions once a letter is typed.
func (c *Commands) completeExpression(text string) (int, []repl.Candidate) {
	at := lastWord(text)
	out := c.columns(text[at:])
	if prefix := text[at:]; prefix != "" {
		for _, f := range c.Session.Engine().FunctionNames() {
			if hasPrefix(f, prefix) {
				out = append(out, repl.Candidate{Text: f + "(", Detail: "function"})
			}
		}
	}
	return at, out
}

// beforeTable are the words of SQL that the name of a table follows.
var beforeTable = map[string]bool{"from": true, "join": true, "table": true, "into": true, "describe": true, "desc": true, "uncache": true, "view": true}

// completeSQL proposes tables behind FROM and the like, and columns and functions elsewhere.
func (c *Commands) completeSQL(text string) (int, []repl.Candidate) {
	at := lastWord(text)
	words := strings.Fields(strings.ToLower(text[:at]))
	if len(words) > 0 && beforeTable[words[len(words)-1]] {
		return c.completeTable(text)
	}
	return c.completeExpression(text)
}
