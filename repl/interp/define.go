package interp

import (
	"go/ast"
	"go/token"
	"go/types"
)

// What a checked piece declares.

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
			in.pin(c.info, d)
			if d.Recv == nil && !c.isMethod(d) && d.Name.Name != "init" {
				c.objects = append(c.objects, obj)
			}
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				switch sp := sp.(type) {
				case *ast.TypeSpec:
					if o := c.info.Defs[sp.Name]; o != nil && sp.Name.Name != "_" {
						c.objects = append(c.objects, o)
					}
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

// pin keeps what a function uses for as long as the session lasts: it is compiled anew wherever it is used.
func (in *Interp) pin(info *types.Info, d *ast.FuncDecl) {
	ast.Inspect(d, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			switch o := info.Uses[id].(type) {
			case *types.Var, *types.Func:
				in.pinned[o] = true
			}
		}
		return true
	})
}

// forget lets go of what an object that is no longer in scope was, unless a function uses it.
func (in *Interp) forget(o types.Object) {
	if o == nil || in.pinned[o] {
		return
	}
	switch o := o.(type) {
	case *types.Var:
		delete(in.cells, o)
	case *types.Func:
		delete(in.defs, o)
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
