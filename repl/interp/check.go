package interp

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"gospark/repl/interp/split"
)

// Checking: a snippet is cut into pieces that go/types can check, each one seeing what those before it
// declare.

// A piece is one statement, or a run of declarations that may refer to each other.
type piece struct {
	source *source
	chunks []split.Chunk
	decl   bool
}

// A checked is a piece that go/types has accepted.
type checked struct {
	piece
	info    *types.Info
	pkg     *types.Package
	decls   []ast.Decl
	stmts   []ast.Stmt
	methods []*ast.FuncDecl // on types of earlier pieces, as plain functions
	added   []*types.Func   // the methods they are
	objects []types.Object  // what it declares at top level
	imports []importSpec    // what it imports, for an import declaration
	epoch   int
}

// pieces groups the chunks of a text. A package clause is dropped; imports are pieces of their own.
func pieces(src *source) []piece {
	var list []piece
	var decls []split.Chunk
	names := map[string]bool{}
	flush := func() {
		if len(decls) > 0 {
			list = append(list, piece{source: src, chunks: decls, decl: true})
		}
		decls, names = nil, map[string]bool{}
	}
	for _, c := range split.Statements(src.Text) {
		switch c.Kind {
		case split.Package:
		case split.Statement, split.Import:
			flush()
			list = append(list, piece{source: src, chunks: []split.Chunk{c}, decl: c.Kind == split.Import})
		default:
			declared := declaredNames(c.Text)
			for _, n := range declared {
				if names[n] { // declared again: what came before keeps its meaning
					flush()
					break
				}
			}
			decls = append(decls, c)
			for _, n := range declared {
				names[n] = true
			}
		}
	}
	flush()
	return list
}

// declaredNames lists what a declaration declares, methods as "T.M".
func declaredNames(text string) []string {
	f, _ := parser.ParseFile(token.NewFileSet(), "", "package p;"+text, parser.SkipObjectResolution)
	if f == nil {
		return nil
	}
	var names []string
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			n := d.Name.Name
			if d.Recv != nil {
				n = recvTypeName(d) + "." + n
			}
			if n != "init" {
				names = append(names, n)
			}
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				switch sp := sp.(type) {
				case *ast.TypeSpec:
					names = append(names, sp.Name.Name)
				case *ast.ValueSpec:
					for _, id := range sp.Names {
						if id.Name != "_" {
							names = append(names, id.Name)
						}
					}
				}
			}
		}
	}
	return names
}

const stepName = "_step"

// check checks one piece against the session and adds what it declares to it.
func (in *Interp) check(p piece, s *session) (*checked, error) {
	if p.chunks[0].Kind == split.Import {
		return in.checkImport(p, s)
	}
	own := map[string]bool{}
	if p.decl {
		for _, c := range p.chunks {
			for _, n := range declaredNames(c.Text) {
				own[n] = true
			}
		}
	}
	imports, used := in.importsFor(p, s, own)
	var b strings.Builder
	b.WriteString("package main\n")
	for _, i := range imports {
		fmt.Fprintf(&b, "import %s %q\n", i.name, i.path)
	}
	if !p.decl {
		b.WriteString("func " + stepName + "() {\n")
	}
	for _, c := range p.chunks {
		fmt.Fprintf(&b, "/*line %s:%d:%d*/%s\n", p.source.name, c.Line, c.Col, c.Text)
	}
	if !p.decl {
		b.WriteString("}\n")
	}
	file, err := parser.ParseFile(in.fset, p.source.name, b.String(), parser.SkipObjectResolution)
	if err != nil {
		return nil, in.syntaxError(err)
	}
	c := &checked{piece: p}
	c.take(file)
	if err := in.declareMethods(c, s); err != nil {
		return nil, err
	}
	errs := in.typeCheck(c, file, s)
	if len(errs) > 0 {
		in.suggest(errs, c, s)
		return nil, in.typeErrors(errs)
	}
	in.define(c)
	for _, o := range c.objects {
		s.declare(o)
	}
	for _, i := range used {
		if s.objects[i.name] == nil && !own[i.name] {
			s.imports[i.name] = i.path
		}
	}
	return c, nil
}

// take sorts the declarations of a parsed piece. A method on a type of an earlier piece becomes a
// plain function, because go/types wants a type and its methods in one package.
func (c *checked) take(file *ast.File) {
	here := map[string]bool{}
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
			for _, sp := range g.Specs {
				here[sp.(*ast.TypeSpec).Name.Name] = true
			}
		}
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == stepName && !c.decl {
				c.stmts = d.Body.List
				continue
			}
			if d.Recv != nil && !here[recvTypeName(d)] {
				c.methods = append(c.methods, d)
			}
			c.decls = append(c.decls, d)
		case *ast.GenDecl:
			if d.Tok != token.IMPORT {
				c.decls = append(c.decls, d)
			}
		}
	}
}

// typeCheck runs go/types over a piece.
func (in *Interp) typeCheck(c *checked, file *ast.File, s *session) []types.Error {
	c.pkg = types.NewPackage(sessionPath, sessionPath)
	own := map[string]bool{}
	for _, ch := range c.chunks {
		if c.decl {
			for _, n := range declaredNames(ch.Text) {
				own[n] = true
			}
		}
	}
	parenthesised(c.decls, own)
	for n := range mentioned(file) { // not all of them: what is declared here keeps the package, and so what is in it
		if o := s.objects[n]; o != nil && !own[n] {
			c.pkg.Scope().Insert(o)
		}
	}
	c.info = newInfo()
	var errs []types.Error
	shown := map[token.Pos]bool{}
	for _, st := range c.stmts {
		if x, ok := st.(*ast.ExprStmt); ok {
			shown[x.Pos()] = true
		}
	}
	conf := types.Config{Importer: in.world, GoVersion: "", Error: func(err error) {
		e := err.(types.Error)
		switch {
		case strings.HasSuffix(e.Msg, "imported and not used"), strings.Contains(e.Msg, "imported as"), strings.HasPrefix(e.Msg, "declared and not used"):
			return
		case strings.Contains(e.Msg, "implicit assignment to unexported field"): // each piece is a package to go/types
			return
		case strings.HasSuffix(e.Msg, "is not used") && shown[e.Pos], strings.HasSuffix(e.Msg, "(value of type func()) is not used") && shown[e.Pos]:
			return
		case strings.Contains(e.Msg, "is not used") && c.isShown(e.Pos):
			return
		case strings.HasPrefix(e.Msg, "\t"):
			return
		}
		e.Msg = cleaned(e.Msg)
		errs = append(errs, e)
	}}
	func() {
		defer func() {
			if r := recover(); r != nil { // it finds nothing wrong, and falls over what is
				errs = append(errs, types.Error{Fset: in.fset, Pos: file.End(), Msg: fmt.Sprintf("this cannot be checked: %v", r)})
			}
		}()
		types.NewChecker(&conf, in.fset, c.pkg, c.info).Files([]*ast.File{file})
	}()
	sort.SliceStable(errs, func(i, j int) bool { return errs[i].Pos < errs[j].Pos })
	return errs
}

// parenthesised writes type T U as type T (U) where U is not declared beside T: the search of go/types for types that
// are declared by each other expects the declaration of every bare name it finds in the package.
func parenthesised(decls []ast.Decl, own map[string]bool) {
	for _, d := range decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, sp := range g.Specs {
			sp := sp.(*ast.TypeSpec)
			if id, ok := sp.Type.(*ast.Ident); ok && !own[id.Name] {
				sp.Type = &ast.ParenExpr{Lparen: id.Pos(), X: id, Rparen: id.End()}
			}
		}
	}
}

// mentioned is the set of names in a file.
func mentioned(file *ast.File) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			names[id.Name] = true
		}
		return true
	})
	return names
}

// isShown reports whether the place is in an expression that stands alone at top level.
func (c *checked) isShown(pos token.Pos) bool {
	for _, st := range c.stmts {
		if x, ok := st.(*ast.ExprStmt); ok && x.Pos() <= pos && pos < x.End() {
			if fl := enclosingLiteral(x, pos); !fl {
				return true
			}
		}
	}
	return false
}

func enclosingLiteral(x ast.Node, pos token.Pos) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if fl, ok := n.(*ast.FuncLit); ok && fl.Body.Pos() <= pos && pos < fl.Body.End() {
			found = true
		}
		return !found
	})
	return found
}

// cleaned takes what is an artefact of checking out of a message.
func cleaned(msg string) string {
	return strings.NewReplacer("main.", "").Replace(msg)
}
