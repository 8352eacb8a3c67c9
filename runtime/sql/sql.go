// Package sql reads Spark SQL text into the unresolved trees of package logical, by hand-written recursive descent with
// an operator table. It follows Spark 4.2's grammar in its default mode: no word is reserved, "x" is a string, INTERSECT
// binds tighter than UNION, and literals such as 1.5 are decimals.
//
// Names are as they were written; functions and operators are an [logical.UnresolvedFunction] under a lower-case name:
//
//	operators      + - * / % div & | ^ << >> >>> = < <= > >= <=> and or not, with one argument + - ~
//	               a || b is concat(a, b); a <> b is not(=(a, b)); a IS [NOT] DISTINCT FROM b is made of not and <=>
//	predicates     between, in, like, ilike, rlike (LIKE has a third argument with ESCAPE), isnull, isnotnull,
//	               isunknown, isnotunknown; x IS TRUE is <=>(x, true)
//	               LIKE ANY and ALL with literals are likeany, likeall, notlikeany, notlikeall, else chains of or and and
//	CASE           case(condition, value, …[, else]); CASE x WHEN y compares with =
//	(a, b)         row, which is Spark's struct without a name of its own; it is Internal
//	(a) in GROUP BY  rollup, cube and grouping_sets take row for each set in parentheses
//
// and the forms with words between arguments are calls in the order of the function's arguments: extract(field, source),
// locate(sub, text), substring(text, from[, length]), overlay(text, with, from[, length]), trim, ltrim and
// rtrim(characters, text), timestampadd(unit, n, ts), timestampdiff(unit, from, to), collate(x, name).
// CURRENT_DATE and the like without parentheses are attributes: they are columns of that name if there are any.
//
// A mistake is a [condition.Error] with Spark's condition and the place; where Spark says so the message also guesses
// which word is missing or too much. What is Spark SQL but not done here is refused as UNSUPPORTED_SQL_STATEMENT.
package sql

import (
	"strings"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/logical"
)

// A Parser holds the settings that literals depend on. The zero value is ready: literals are in UTC.
type Parser struct {
	Zone *time.Location   // of TIMESTAMP '…' without a zone
	Now  func() time.Time // for TIMESTAMP 'h:m:s'
}

// Parse reads one statement: a query, or a command. It may end in semicolons.
func Parse(text string) (logical.Relation, error) { return (&Parser{}).Parse(text) }

// ParseExpression reads an expression with an optional alias, as Expr("a + 1 AS b") gives it.
func ParseExpression(text string) (logical.Expression, error) {
	return (&Parser{}).ParseExpression(text)
}

// Parse is the function [Parse] with the settings of the parser.
func (c *Parser) Parse(text string) (logical.Relation, error) {
	return run(c, text, func(p *parser) logical.Relation {
		if p.at("BEGIN") {
			p.unsupported()
		}
		r := p.statement()
		p.finish()
		return r
	})
}

// ParseExpression is the function [ParseExpression] with the settings of the parser.
func (c *Parser) ParseExpression(text string) (logical.Expression, error) {
	return run(c, text, func(p *parser) logical.Expression {
		e := p.namedExpression()
		p.end()
		return e
	})
}

// ParseTableIdentifier reads the name of a table: t, db.t, catalog.db.t.
func ParseTableIdentifier(text string) ([]string, error) {
	return run(&Parser{}, text, func(p *parser) []string {
		parts := p.multipart()
		p.end()
		return parts
	})
}

func run[T any](c *Parser, text string, rule func(*parser) T) (result T, err error) {
	p := &parser{lexed: lex(text), conf: c}
	defer condition.Catch(&err)
	if strings.Trim(text, " \t\n\r\f\v") == "" {
		condition.New("PARSE_EMPTY_STATEMENT", "42617", "Syntax error, unexpected empty statement.").Raise()
	}
	result = rule(p)
	if p.wrong != nil {
		p.wrong.Raise()
	}
	return result, nil
}
