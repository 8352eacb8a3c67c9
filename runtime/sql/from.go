package sql

import (
	"strings"

	"gospark/runtime/logical"
)

// relations reads what is behind FROM: relations with commas, lateral views, PIVOT and UNPIVOT.
func (p *parser) relations() logical.Relation {
	from := p.i
	lateral := false
	one := func() logical.Relation {
		lateral = lateral || p.at("LATERAL") && p.lateralAt(1)
		return p.relation()
	}
	r := one()
	for p.accept(",") {
		isLateral := p.at("LATERAL") && p.lateralAt(1)
		right := one()
		r = &logical.Join{Common: p.common(from), Left: r, Right: right, Type: logical.InnerJoin, Lateral: isLateral}
	}
	for p.at("LATERAL", "VIEW") {
		r = p.lateralView(r)
	}
	pivoted := false
	if p.at("PIVOT") && p.clauseAt(0) {
		if lateral {
			p.fail(from, "NOT_ALLOWED_IN_FROM.LATERAL_WITH_PIVOT")
		}
		r, pivoted = p.pivot(r), true
	}
	if p.at("UNPIVOT") && p.clauseAt(0) {
		if lateral {
			p.fail(from, "NOT_ALLOWED_IN_FROM.LATERAL_WITH_UNPIVOT")
		}
		if pivoted {
			p.fail(from, "NOT_ALLOWED_IN_FROM.UNPIVOT_WITH_PIVOT")
		}
		r = p.unpivot(r)
	}
	return r
}

// relation reads a relation with the joins behind it.
func (p *parser) relation() logical.Relation {
	defer p.nest()()
	from := p.i
	if p.at("LATERAL") && p.lateralAt(1) {
		p.i++
	}
	r := p.relationPrimary()
	for {
		switch {
		case p.atJoin():
			r = p.join(from, r)
		case p.at("PIVOT") && p.clauseAt(0):
			r = p.pivot(r)
		case p.at("UNPIVOT") && p.clauseAt(0):
			r = p.unpivot(r)
		default:
			return r
		}
	}
}

// lateralAt says whether what LATERAL can be before, a subquery or function, is n tokens after the next.
func (p *parser) lateralAt(n int) bool {
	if p.peek(n).sym == "(" {
		return p.isQuery(p.i + n)
	}
	for isName(p.peek(n)) && p.peek(n+1).sym == "." {
		n += 2
	}
	return isName(p.peek(n)) && p.peek(n+1).sym == "("
}

func (p *parser) atJoin() bool {
	return p.atAny("JOIN", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI", "NATURAL")
}

// joinTypes are the kinds of join by the words before JOIN.
var joinTypes = []struct {
	words []string
	typ   logical.JoinType
}{
	{[]string{"LEFT", "SEMI"}, logical.LeftSemiJoin}, {[]string{"LEFT", "ANTI"}, logical.LeftAntiJoin},
	{[]string{"LEFT", "OUTER"}, logical.LeftOuterJoin}, {[]string{"LEFT"}, logical.LeftOuterJoin},
	{[]string{"RIGHT", "OUTER"}, logical.RightOuterJoin}, {[]string{"RIGHT"}, logical.RightOuterJoin},
	{[]string{"FULL", "OUTER"}, logical.FullOuterJoin}, {[]string{"FULL"}, logical.FullOuterJoin},
	{[]string{"SEMI"}, logical.LeftSemiJoin}, {[]string{"ANTI"}, logical.LeftAntiJoin},
	{[]string{"CROSS"}, logical.CrossJoin}, {[]string{"INNER"}, logical.InnerJoin}, {nil, logical.InnerJoin},
}

// noLateral are the kinds of join whose right side cannot use the left one's columns.
var noLateral = map[logical.JoinType]string{logical.RightOuterJoin: "RIGHT OUTER", logical.FullOuterJoin: "FULL OUTER",
	logical.LeftSemiJoin: "LEFT SEMI", logical.LeftAntiJoin: "LEFT ANTI"}

// join reads a join and its right side.
func (p *parser) join(from int, left logical.Relation) logical.Relation {
	j := &logical.Join{Left: left}
	at := p.i
	j.Natural = p.accept("NATURAL")
	for _, t := range joinTypes {
		if p.accept(t.words...) {
			j.Type = t.typ
			break
		}
	}
	p.expect("JOIN", startsRelation)
	if p.at("LATERAL") && startsRelation(p.peek(1)) {
		j.Lateral = true
		if !p.lateralAt(1) {
			p.fail(p.i, "INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC")
		}
		p.i++
	}
	j.Right = p.relationPrimary()
	if j.Natural && j.Type == logical.CrossJoin {
		p.fail(at, "INCOMPATIBLE_JOIN_TYPES", "joinType1", "NATURAL", "joinType2", "CROSS")
	}
	if !j.Natural {
		switch {
		case p.accept("ON"):
			j.Condition = p.expression()
		case p.accept("USING"):
			j.Using = p.identifierList()
			if j.Lateral {
				p.fail(at, "UNSUPPORTED_FEATURE.LATERAL_JOIN_USING")
			}
		case p.at("APPROX"), p.at("EXACT"):
			if p.peek(1).sym == "NEAREST" {
				p.refuse(at, "NEAREST BY joins")
			}
		}
	}
	if name := noLateral[j.Type]; j.Lateral && name != "" {
		p.fail(at, "INVALID_LATERAL_JOIN_TYPE", "joinType", name)
	}
	j.Common = p.common(from)
	return j
}

// relationPrimary reads a table, a query or relation in parentheses, VALUES, or a table function.
func (p *parser) relationPrimary() logical.Relation {
	from := p.i
	switch {
	case p.at("("):
		if p.isQuery(p.i) {
			return p.named(from, p.aliased(from, p.watermark(p.sample(p.subquery())), false))
		}
		p.i++
		r := p.relation()
		p.expect(")", isStrictName)
		return p.aliased(from, p.watermark(p.sample(r)), false)
	case p.at("VALUES") && startsExpression(p.peek(1)) && !p.at("VALUES", "(", ")") && p.peek(1).sym != "AS" && !p.clauseAt(1):
		return p.inlineTable()
	case p.at("STREAM") && (isStrictName(p.peek(1)) && !p.clauseAt(1) && p.peek(1).sym != "AS" || p.at("STREAM", "(") &&
		isName(p.peek(2)) && (p.peek(3).sym == ")" || p.peek(3).sym == ".")):
		return p.stream(from)
	}
	if n := p.callAt(); n > 0 {
		return p.tableFunction(from, n)
	}
	if !isName(p.peek(0)) {
		p.unexpected()
	}
	t := &logical.NamedTable{Parts: p.multipart()}
	t.Options = p.withOptions()
	t.Common = p.common(from)
	p.noTimeTravel(from)
	return p.aliased(from, p.watermark(p.sample(t)), false)
}

// callAt is the number of tokens before the ( of a table function, 0 if there is none.
func (p *parser) callAt() int {
	if !isName(p.peek(0)) || p.at("IDENTIFIER", "(") && p.isString(2) {
		return 0
	}
	n := 1
	for p.peek(n).sym == "." && isName(p.peek(n+1)) {
		n += 2
	}
	if p.peek(n).sym != "(" {
		return 0
	}
	return n
}

func (p *parser) stream(from int) logical.Relation {
	p.i++
	t := &logical.NamedTable{Streaming: true}
	if p.accept("(") {
		t.Parts = p.multipart()
		p.expect(")", nil)
	} else {
		t.Parts = p.multipart()
	}
	t.Options = p.withOptions()
	t.Common = p.common(from)
	return p.aliased(from, p.watermark(t), false)
}

func (p *parser) withOptions() map[string]string {
	if !p.at("WITH", "(") {
		return nil
	}
	p.i++
	return p.properties()
}

func (p *parser) noTimeTravel(from int) {
	n := 0
	if p.at("FOR") {
		n = 1
	}
	switch p.peek(n).sym {
	case "VERSION", "SYSTEM_VERSION", "TIMESTAMP", "SYSTEM_TIME":
		if p.peek(n+1).sym == "AS" && p.peek(n+2).sym == "OF" {
			p.i += n + 3
			p.value(0)
			p.refuse(from, "time travel")
		}
	}
}

// watermark reads WATERMARK column DELAY OF interval.
func (p *parser) watermark(r logical.Relation) logical.Relation {
	if !p.at("WATERMARK") || !p.clauseAt(0) {
		return r
	}
	from := p.i
	p.i++
	column := p.multipart()
	p.words("DELAY", "OF")
	at := p.i
	if _, ok := p.intervalForm(at).(*logical.Literal); !ok {
		p.unexpected()
	}
	delay := strings.TrimSpace(p.between(at))[len("INTERVAL"):]
	return &logical.WithWatermark{Common: p.common(from), Input: r, EventTime: strings.Join(column, "."),
		Delay: strings.TrimSpace(strings.NewReplacer("'", "", `"`, "").Replace(delay))}
}

// aliased reads [[AS] name [(columns)]]. With required, the name must be there.
func (p *parser) aliased(from int, r logical.Relation, required bool) logical.Relation {
	as := p.at("AS") && isStrictName(p.peek(1)) && (!p.clauseAt(1) || p.clauseAt(2))
	if as {
		p.i++
	} else if !required && (!isStrictName(p.peek(0)) || p.clauseAt(0)) {
		return r
	}
	a := &logical.SubqueryAlias{Input: r}
	if !isStrictName(p.peek(0)) {
		p.unexpected()
	}
	a.Name = p.identifier()
	if p.at("(") {
		a.Columns = p.identifierList()
	}
	a.Common = p.common(from)
	return a
}

// named gives a query in FROM that has no name one, which hides the names of the tables inside.
func (p *parser) named(from int, r logical.Relation) logical.Relation {
	if _, ok := r.(*logical.SubqueryAlias); ok {
		return r
	}
	return &logical.SubqueryAlias{Common: p.common(from), Input: r, Name: logical.UnnamedQuery}
}

// inlineTable reads VALUES rows [alias]. A row may be a struct.
func (p *parser) inlineTable() logical.Relation {
	from := p.i
	p.i++
	v := &logical.Values{}
	p.list(func() {
		e := p.expression()
		row := []logical.Expression{e}
		if f, ok := e.(*logical.UnresolvedFunction); ok && f.Internal && (f.Name == "row" || f.Name == "struct") {
			row = f.Args
		}
		v.Rows = append(v.Rows, row)
	})
	v.Common = p.common(from)
	return p.aliased(from, v, false)
}

// lateralView reads LATERAL VIEW [OUTER] generator(…) [table] [AS] columns.
func (p *parser) lateralView(input logical.Relation) logical.Relation {
	from := p.i
	p.i += 2
	v := &logical.LateralView{Input: input}
	v.Outer = p.at("OUTER") && isName(p.peek(1)) && p.next() != nil
	at := p.i
	parts := p.qualifiedName()
	f := &logical.UnresolvedFunction{Name: strings.ToLower(strings.Join(parts, ".")), Parts: parts}
	p.expect("(", startsExpression)
	if !p.accept(")") {
		p.closeList(p.list(func() { f.Args = append(f.Args, p.expression()) }))
	}
	f.Base = p.base(at)
	v.Generator = f
	if !(p.at("AS") && isName(p.peek(1))) {
		v.Table = p.identifier()
	}
	if p.at("AS") && isName(p.peek(1)) || isName(p.peek(0)) && !p.clauseAt(0) {
		if isName(p.peek(1)) {
			p.accept("AS")
		}
		p.list(func() { v.Columns = append(v.Columns, p.identifier()) })
	}
	v.Common = p.common(from)
	return v
}
