package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// Methods on types of earlier pieces.

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
