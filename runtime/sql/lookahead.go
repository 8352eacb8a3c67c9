package sql

// As no word is reserved, whether one is the start of a clause or the alias of what is before it shows only in what
// follows. These rules look ahead; they take nothing.

// clauseAt says whether the token n after the next starts a clause that can stand behind an expression or relation.
func (p *parser) clauseAt(n int) bool {
	t, after := p.peek(n), p.peek(n+1)
	switch t.sym {
	case "FROM":
		return startsRelation(after) && (!p.clauseAt(n+1) || p.joinAt(n+1))
	case "WHERE", "HAVING", "QUALIFY", "LIMIT", "OFFSET":
		return startsExpression(after) && after.sym != "*" && !p.clauseAt(n+1)
	case "GROUP", "ORDER", "SORT", "CLUSTER", "DISTRIBUTE":
		return p.byAt(n) && startsExpression(p.peek(n+2))
	case "UNION", "EXCEPT", "MINUS", "INTERSECT":
		return after.sym == "ALL" || after.sym == "DISTINCT" || p.startsQuery(p.i+n+1)
	case "LATERAL":
		return after.sym == "VIEW"
	case "WINDOW":
		return isName(after) && p.peek(n+2).sym == "AS"
	case "PIVOT":
		return after.sym == "(" && !p.isIdentifierList(n+1)
	case "UNPIVOT":
		return after.sym == "(" && !p.isIdentifierList(n+1) || p.peek(n+2).sym == "NULLS"
	case "TABLESAMPLE":
		return after.sym == "(" || (after.sym == "SYSTEM" || after.sym == "BERNOULLI") && p.peek(n+2).sym == "("
	case "WATERMARK":
		return isName(after)
	case "FOR":
		return isName(after) && (p.peek(n+2).sym == "IN" || p.peek(n+2).sym == ")") || after.sym == "(" && p.isIdentifierList(n+1) ||
			after.sym == "SYSTEM_VERSION" || after.sym == "SYSTEM_TIME" || after.sym == "VERSION" || after.sym == "TIMESTAMP"
	case "WITH":
		return after.sym == "ROLLUP" || after.sym == "CUBE" || after.sym == "("
	case "GROUPING":
		return after.sym == "SETS" && p.peek(n+2).sym == "("
	case "USING", "ON":
		return startsExpression(after)
	case "INSERT":
		return after.sym == "INTO" || after.sym == "OVERWRITE"
	case "VERSION", "SYSTEM_VERSION", "SYSTEM_TIME", "TIMESTAMP":
		return after.sym == "AS" && p.peek(n+2).sym == "OF"
	case "SELECT":
		return startsExpression(after) && !p.clauseAt(n+1)
	case "DELAY":
		return after.sym == "OF"
	case "JOIN", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI", "NATURAL":
		return p.joinAt(n)
	}
	return false
}

// byAt says whether the token n after the next and BY behind it look like a clause.
func (p *parser) byAt(n int) bool {
	switch p.peek(n).sym {
	case "GROUP", "ORDER", "SORT", "CLUSTER", "DISTRIBUTE":
		return p.peek(n+1).sym == "BY"
	}
	return false
}

// aliasBefore says whether the token n after the next is an alias although it could start a clause: another clause
// follows it.
func (p *parser) aliasBefore(n int) bool { return p.clauseAt(n + 1) }

// joinAt says whether a join starts at the token n after the next.
func (p *parser) joinAt(n int) bool {
	for i := 0; i < 4; i, n = i+1, n+1 {
		switch p.peek(n).sym {
		case "JOIN":
			return startsRelation(p.peek(n + 1))
		case "NATURAL", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "OUTER", "SEMI", "ANTI":
		default:
			return false
		}
	}
	return false
}

// startsQuery says whether a query begins at the token of an index.
func (p *parser) startsQuery(i int) bool {
	n := i - p.i
	t, after := p.peek(n), p.peek(n+1)
	switch t.sym {
	case "SELECT", "VALUES":
		return startsExpression(after) || after.sym == "/*+"
	case "FROM":
		return startsRelation(after)
	case "TABLE":
		return isName(after)
	case "WITH":
		return isName(after) && (after.sym != "AS" || p.peek(n+2).sym == "(")
	case "MAP", "REDUCE":
		return startsExpression(after) && after.sym != "("
	case "(":
		return p.isQuery(i)
	}
	return false
}

// isQuery says whether the ( of an index encloses a query rather than an expression or relations.
func (p *parser) isQuery(i int) bool {
	if i+1 >= len(p.tokens) || p.tokens[i+1].sym != "(" {
		return p.encloses(i)
	}
	if p.nested == nil {
		p.nested = make([]int8, len(p.tokens))
	}
	if p.nested[i] == 0 {
		p.nested[i] = 1
		if p.encloses(i) {
			p.nested[i] = 2
		}
	}
	return p.nested[i] == 2
}

func (p *parser) encloses(i int) bool {
	if i+1 >= len(p.tokens) {
		return false
	}
	if p.tokens[i+1].sym != "(" {
		return p.startsQuery(i + 1)
	}
	// A query in more parentheses; what follows the inner ones tells whether it goes on as a query.
	if closing := p.match[i+1]; closing > 0 {
		n := int(closing) + 1 - p.i
		if p.peek(n).sym != ")" && p.peek(n).sym != "|>" && !p.setOrOrderAt(n) {
			return false
		}
	}
	return p.isQuery(i + 1)
}

func (p *parser) setOrOrderAt(n int) bool {
	switch p.peek(n).sym {
	case "UNION", "EXCEPT", "MINUS", "INTERSECT", "ORDER", "SORT", "CLUSTER", "DISTRIBUTE", "LIMIT", "OFFSET":
		return p.clauseAt(n)
	}
	return false
}
