package interp

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"slices"
)

// The text of a program's pieces.

// rename writes the names of the program into the syntax of a piece.
func (p *program) rename(c *checked) {
	for _, m := range []map[*ast.Ident]types.Object{c.info.Defs, c.info.Uses} {
		for id, o := range m {
			if n, ok := p.names[o]; ok {
				id.Name = n
			}
		}
	}
	for i, m := range c.methods { // a plain function of the receiver became of it
		list := m.Type.Params.List
		m.Name = ast.NewIdent(c.added[i].Name())
		m.Recv = &ast.FieldList{List: list[:1]}
		m.Type.Params = &ast.FieldList{List: list[1:]}
	}
}

// declaration writes d to the top of the file, and to main what happens when it is evaluated.
func (p *program) declaration(c *checked, d ast.Decl, decls, main *bytes.Buffer) {
	g, ok := d.(*ast.GenDecl)
	if !ok || g.Tok != token.VAR {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			f.Name = ast.NewIdent("_")
			main.WriteString("func() " + p.text(f.Body) + "()\n") // when it was typed, not before everything
			return
		}
		decls.WriteString("\n" + p.text(d) + "\n")
		return
	}
	for _, spec := range g.Specs {
		vs := spec.(*ast.ValueSpec)
		p.variables(c, vs.Names, main, decls, func(local bool) string {
			switch one := p.text(&ast.GenDecl{Tok: token.VAR, Specs: []ast.Spec{vs}}); {
			case local:
				return one
			case len(vs.Values) == 0:
				return ""
			}
			return p.assignment(vs.Names, vs.Values)
		})
	}
}

func (p *program) statement(t part, st ast.Stmt, decls, main *bytes.Buffer) {
	switch s := st.(type) {
	case *ast.AssignStmt:
		if ids := hoistedNames(s); s.Tok == token.DEFINE {
			p.variables(t.checked, ids, main, decls, func(local bool) string {
				again := *s
				if !local || len(ids) == 0 {
					again.Tok = token.ASSIGN
				}
				return p.text(&again)
			})
			return
		}
	case *ast.ExprStmt:
		p.expression(t, s, decls, main)
		return
	}
	main.WriteString(p.text(st) + "\n")
}

// expression writes an expression that stands alone. Its value is kept where something uses it.
func (p *program) expression(t part, s *ast.ExprStmt, decls, main *bytes.Buffer) {
	x := ast.Unparen(s.X)
	tv := t.info.Types[x]
	v := t.results[s]
	switch {
	case v != nil && p.used[v]:
		id := ast.NewIdent(p.names[v])
		t.info.Defs[id] = v
		p.variables(t.checked, []*ast.Ident{id}, main, decls, func(local bool) string {
			if local {
				return id.Name + " := " + p.text(x)
			}
			return id.Name + " = " + p.text(x)
		})
	case tv.IsNil():
	case isCall(t.info, x):
		main.WriteString(p.text(x) + "\n")
	default:
		main.WriteString("_ = " + p.text(x) + "\n")
	}
}

// isCall reports whether x may stand as a statement.
func isCall(info *types.Info, x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.CallExpr:
		fun := info.Types[ast.Unparen(x.Fun)]
		if fun.IsType() {
			return false
		}
		id, ok := ast.Unparen(x.Fun).(*ast.Ident)
		return !fun.IsBuiltin() || ok && slices.Contains([]string{"clear", "close", "copy", "delete", "panic", "print", "println", "recover"}, id.Name)
	case *ast.UnaryExpr:
		return x.Op == token.ARROW
	}
	return false
}

// variables declares variables where they have to be: at the top of the file if declarations use one, else in main.
// write returns what gives them their values, for local ones as a declaration.
func (p *program) variables(c *checked, ids []*ast.Ident, main, decls *bytes.Buffer, write func(local bool) string) {
	local := !slices.ContainsFunc(ids, func(id *ast.Ident) bool { return p.top[c.info.Defs[id]] })
	if !local {
		for _, id := range ids {
			if o := c.info.Defs[id]; o != nil && id.Name != "_" {
				fmt.Fprintf(decls, "\nvar %s %s\n", id.Name, p.typ(o.Type()))
			}
		}
	}
	main.WriteString(write(local) + "\n")
	for _, id := range ids {
		if o := c.info.Defs[id]; local && o != nil && id.Name != "_" && !p.used[o] {
			main.WriteString("_ = " + id.Name + "\n")
		}
	}
}

func (p *program) assignment(ids []*ast.Ident, values []ast.Expr) string {
	a := &ast.AssignStmt{Tok: token.ASSIGN, Rhs: values}
	for _, id := range ids {
		a.Lhs = append(a.Lhs, id)
	}
	return p.text(a)
}

// typ writes a type, under the names packages have in the program.
func (p *program) typ(t types.Type) string {
	return types.TypeString(t, func(pkg *types.Package) string {
		if ofSession(pkg) || slices.Contains(p.in.config.DotImports, pkg.Path()) {
			return ""
		}
		for name, path := range p.imports {
			if path == pkg.Path() {
				return name
			}
		}
		p.imports[pkg.Name()] = pkg.Path()
		return pkg.Name()
	})
}

func (p *program) text(n any) string {
	var b bytes.Buffer
	if err := format.Node(&b, p.in.fset, n); err != nil {
		panic(err) // of what the parser made
	}
	return b.String()
}
