package interp

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"sort"
	"strconv"
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

type importSpec struct{ name, path string }

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
	for n, o := range s.objects {
		if !own[n] {
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
	types.NewChecker(&conf, in.fset, c.pkg, c.info).Files([]*ast.File{file})
	sort.SliceStable(errs, func(i, j int) bool { return errs[i].Pos < errs[j].Pos })
	return errs
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

// define collects what a checked piece declares and keeps the source of functions.
func (in *Interp) define(c *checked) {
	for _, fn := range c.added {
		if in.defs[fn] != nil {
			in.epoch++
			break
		}
	}
	c.epoch = in.epoch
	for _, d := range c.decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			obj, _ := c.info.Defs[d.Name].(*types.Func)
			if obj == nil || d.Body == nil {
				continue
			}
			def := newFunction(d, c.info, c.pkg)
			def.asOf = in.epoch
			in.defs[obj] = def
			if d.Recv == nil && !c.isMethod(d) && d.Name.Name != "init" {
				c.objects = append(c.objects, obj)
			}
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				switch sp := sp.(type) {
				case *ast.TypeSpec:
					c.objects = append(c.objects, c.info.Defs[sp.Name])
				case *ast.ValueSpec:
					for _, id := range sp.Names {
						if o := c.info.Defs[id]; o != nil {
							c.objects = append(c.objects, o)
						}
					}
				}
			}
		}
	}
	for i, m := range c.methods {
		def := in.defs[c.info.Defs[m.Name].(*types.Func)]
		if def.prev = in.defs[c.added[i]]; def.prev != nil {
			def.since = in.epoch
		}
		in.defs[c.added[i]] = def
	}
	for _, st := range c.stmts {
		for _, id := range hoistedNames(st) {
			if v, ok := c.info.Defs[id].(*types.Var); ok {
				c.objects = append(c.objects, v)
			}
		}
	}
}

func (c *checked) isMethod(d *ast.FuncDecl) bool {
	for _, m := range c.methods {
		if m == d {
			return true
		}
	}
	return false
}

// hoistedNames are the variables a top-level statement leaves in the session.
func hoistedNames(s ast.Stmt) []*ast.Ident {
	var ids []*ast.Ident
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			for _, x := range s.Lhs {
				if id, ok := x.(*ast.Ident); ok && id.Name != "_" {
					ids = append(ids, id)
				}
			}
		}
	case *ast.LabeledStmt:
		return hoistedNames(s.Stmt)
	}
	return ids
}

// declareMethods gives methods to types of earlier pieces, before bodies that use them are checked.
func (in *Interp) declareMethods(c *checked, s *session) error {
	for i, m := range c.methods {
		name := recvTypeName(m)
		obj, ok := s.objects[name].(*types.TypeName)
		if !ok {
			return in.errorAt(Type, in.fset.Position(m.Recv.Pos()), "undefined: "+name)
		}
		named, ok := types.Unalias(obj.Type()).(*types.Named)
		if !ok || !ofSnippet(named) {
			return in.errorAt(Type, in.fset.Position(m.Recv.Pos()), fmt.Sprintf("cannot define new methods on type %s, which is not from a snippet", name))
		}
		if named.TypeParams() != nil {
			return in.errorAt(Refused, in.fset.Position(m.Recv.Pos()), fmt.Sprintf("methods of the generic type %s have to be typed together with it", name))
		}
		plain := *m
		plain.Name = &ast.Ident{NamePos: m.Name.NamePos, Name: fmt.Sprintf("_method%d", i)}
		plain.Recv = nil
		ft := *m.Type
		recv := *m.Recv.List[0]
		if len(recv.Names) == 0 {
			recv.Names = []*ast.Ident{{NamePos: recv.Type.Pos(), Name: "_"}}
		}
		params := []*ast.Field{&recv}
		for _, f := range m.Type.Params.List {
			if len(f.Names) == 0 {
				g := *f
				g.Names = []*ast.Ident{{NamePos: f.Pos(), Name: "_"}}
				f = &g
			}
			params = append(params, f)
		}
		ft.Params = &ast.FieldList{Opening: m.Type.Params.Opening, List: params, Closing: m.Type.Params.Closing}
		plain.Type = &ft
		sig, err := in.signatureOf(c, &plain, s)
		if err != nil {
			return err
		}
		var vars []*types.Var
		for k := 1; k < sig.Params().Len(); k++ {
			vars = append(vars, sig.Params().At(k))
		}
		method := types.NewSignatureType(sig.Params().At(0), nil, nil, types.NewTuple(vars...), sig.Results(), sig.Variadic())
		fn, err := in.addMethod(named, m.Name, method)
		if err != nil {
			return err
		}
		c.added = append(c.added, fn)
		*m = plain
	}
	return nil
}

// signatureOf checks only the header of a function.
func (in *Interp) signatureOf(c *checked, d *ast.FuncDecl, s *session) (*types.Signature, error) {
	header := &ast.FuncDecl{Name: d.Name, Type: d.Type}
	probe := &checked{piece: c.piece}
	file := &ast.File{Name: ast.NewIdent("main"), Package: d.Pos()}
	for _, o := range c.decls {
		if g, ok := o.(*ast.GenDecl); ok && g.Tok == token.TYPE {
			file.Decls = append(file.Decls, g)
		}
	}
	for _, i := range sortedNames(s.imports) {
		spec := &ast.ImportSpec{Name: ast.NewIdent(i), Path: &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(s.imports[i])}}
		file.Imports = append(file.Imports, spec)
		file.Decls = append([]ast.Decl{&ast.GenDecl{Tok: token.IMPORT, Specs: []ast.Spec{spec}}}, file.Decls...)
	}
	file.Decls = append(file.Decls, header)
	probe.chunks = nil
	errs := in.typeCheck(probe, file, s)
	var rest []types.Error
	for _, e := range errs {
		if !strings.Contains(e.Msg, "missing function body") && !strings.Contains(e.Msg, "redeclared") {
			rest = append(rest, e)
		}
	}
	if len(rest) > 0 {
		return nil, in.typeErrors(rest)
	}
	return probe.info.Defs[d.Name].Type().(*types.Signature), nil
}

// addMethod gives a type one more method, or finds the one that gets a new body.
func (in *Interp) addMethod(named *types.Named, name *ast.Ident, sig *types.Signature) (*types.Func, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for have := range named.Methods() {
		if have.Name() != name.Name {
			continue
		}
		same := types.Identical(have.Type(), sig) && types.Identical(have.Signature().Recv().Type(), sig.Recv().Type())
		if !same {
			return nil, in.errorAt(Refused, in.fset.Position(name.Pos()), fmt.Sprintf("method %s.%s has another signature: declare type %s anew to change it", named.Obj().Name(), name.Name, named.Obj().Name()))
		}
		in.dyn.binders.Clear()
		return have, nil
	}
	fn := types.NewFunc(name.Pos(), named.Obj().Pkg(), name.Name, sig)
	named.AddMethod(fn)
	in.dyn.answers.Clear()
	return fn, nil
}

// checkImport checks an import declaration and makes its names known.
func (in *Interp) checkImport(p piece, s *session) (*checked, error) {
	c := p.chunks[0]
	text := fmt.Sprintf("package main\n/*line %s:%d:%d*/%s\n", p.source.name, c.Line, c.Col, c.Text)
	file, err := parser.ParseFile(in.fset, p.source.name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, in.syntaxError(err)
	}
	done := &checked{piece: p}
	for _, spec := range file.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, in.errorAt(Syntax, in.fset.Position(spec.Path.Pos()), "invalid import path")
		}
		pkg, err := in.world.Import(importPath)
		if err != nil {
			return nil, in.errorAt(Type, in.fset.Position(spec.Path.Pos()), err.Error())
		}
		name := pkg.Name()
		if spec.Name != nil {
			name = spec.Name.Name
		}
		switch name {
		case "_":
		case ".":
			for _, n := range pkg.Scope().Names() {
				if o := pkg.Scope().Lookup(n); o.Exported() {
					s.objects[n] = o
				}
			}
		default:
			delete(s.objects, name)
			s.imports[name] = importPath
		}
		done.imports = append(done.imports, importSpec{name, importPath})
	}
	return done, nil
}

// importsFor lists the imports a piece needs: those of the session it mentions, and standard packages
// nobody has imported. The second list are the latter.
func (in *Interp) importsFor(p piece, s *session, own map[string]bool) (all, automatic []importSpec) {
	seen := map[string]bool{}
	for _, c := range p.chunks {
		for _, name := range qualifiers(c.Text) {
			if seen[name] || own[name] || s.objects[name] != nil {
				continue
			}
			seen[name] = true
			if path, ok := s.imports[name]; ok {
				all = append(all, importSpec{name, path})
			} else if paths := in.world.Lookup(name); len(paths) > 0 {
				all = append(all, importSpec{name, paths[0]})
				automatic = append(automatic, importSpec{name, paths[0]})
			}
		}
	}
	return all, automatic
}

// qualifiers lists the names in front of a dot that are not behind one.
func qualifiers(text string) []string {
	fs := token.NewFileSet()
	f := fs.AddFile("", -1, len(text))
	var sc scanner.Scanner
	sc.Init(f, []byte(text), func(token.Position, string) {}, 0)
	var names []string
	var before, last token.Token
	name := ""
	for {
		_, tok, lit := sc.Scan()
		if tok == token.EOF {
			return names
		}
		if tok == token.PERIOD && last == token.IDENT && before != token.PERIOD {
			names = append(names, name)
		}
		before, last = last, tok
		if tok == token.IDENT {
			name = lit
		}
	}
}
