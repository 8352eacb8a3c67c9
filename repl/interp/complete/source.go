package complete

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"gospark/repl/interp/split"
)

// Making a file to check of the text before the cursor.

// placeholder is the identifier at the cursor.
const placeholder = "Cursor__"

// checked is the text around the cursor after type checking.
type checked struct {
	file *ast.File
	pkg  *types.Package
	info *types.Info
	path []ast.Node // from the placeholder outwards
}

// check closes, parses and checks the text with the placeholder at its end. It returns nil where
// the parser cannot make sense of the place.
func (c *Completer) check(before string) *checked {
	head := before + placeholder
	chunks := split.Statements(head)
	if len(chunks) == 0 {
		return nil
	}
	chunks[len(chunks)-1].Text += split.Close(head)
	return c.checkChunks(chunks)
}

func (c *Completer) checkChunks(chunks []split.Chunk) *checked {
	var imports, decls, body strings.Builder
	objects := c.Objects()
	known := c.importNames(&imports)
	for _, o := range objects {
		known[o.Name()] = true
	}
	local := typesOf(chunks)
	for _, chunk := range chunks {
		c.importUsed(&imports, chunk.Text, known)
		switch chunk.Kind {
		case split.Package:
		case split.Import:
			imports.WriteString(chunk.Text + "\n")
		case split.Const, split.Type:
			decls.WriteString(chunk.Text + "\n")
		case split.Func:
			if literal, ok := asLiteral(chunk.Text, local); ok {
				body.WriteString(literal + "\n")
			} else {
				decls.WriteString(chunk.Text + "\n")
			}
		default:
			body.WriteString(chunk.Text + "\n")
		}
	}
	fset := token.NewFileSet()
	file, _ := parser.ParseFile(fset, "", "package main\n"+imports.String()+decls.String()+"func _() {\n"+body.String()+"\n}", parser.SkipObjectResolution)
	if file == nil {
		return nil
	}
	k := &checked{file: file, path: pathTo(file)}
	if k.path == nil {
		return nil
	}
	k.pkg = types.NewPackage("main", "main")
	if c.Package != nil {
		k.pkg = types.NewPackage(c.Package.Path(), c.Package.Name())
	}
	redeclared := declaredNames(file)
	for _, o := range objects {
		if !redeclared[o.Name()] {
			k.pkg.Scope().Insert(o)
		}
	}
	k.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Scopes: map[ast.Node]*types.Scope{},
	}
	conf := types.Config{Importer: c.World, Error: func(error) {}}
	types.NewChecker(&conf, fset, k.pkg, k.info).Files([]*ast.File{file})
	return k
}

// importNames writes the session's imports and returns their names.
func (c *Completer) importNames(imports *strings.Builder) map[string]bool {
	known := map[string]bool{}
	for name, path := range c.Imports() {
		known[name] = true
		imports.WriteString("import " + name + " " + strconv.Quote(path) + "\n")
	}
	for _, path := range c.DotImports {
		imports.WriteString("import . " + strconv.Quote(path) + "\n")
	}
	return known
}

// importUsed imports the packages that are used in the text as if they had been imported.
func (c *Completer) importUsed(imports *strings.Builder, text string, known map[string]bool) {
	file := token.NewFileSet().AddFile("", 1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), nil, 0)
	prev, name := token.ILLEGAL, ""
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return
		}
		if tok == token.PERIOD && name != "" && !known[name] {
			if paths := c.World.Lookup(name); len(paths) > 0 {
				known[name] = true
				imports.WriteString("import " + name + " " + strconv.Quote(paths[0]) + "\n")
			}
		}
		name = ""
		if tok == token.IDENT && prev != token.PERIOD {
			name = lit
		}
		prev = tok
	}
}

// asLiteral turns the declaration of a function into a statement with a function literal, which sees
// the variables of the text:
//
//	func name(params) {...}          var name = func(params) {...}
//	func (recv) name(params) {...}   _ = func(recv) { _ = func(params) {...} }
//
// Generic functions and the methods of types declared in the same text stay what they are. (The checker
// does not take methods of types from elsewhere.)
func asLiteral(text string, local map[string]bool) (string, bool) {
	rest := strings.TrimLeft(strings.TrimPrefix(text, "func"), " \t")
	if name := leadingName(rest); name != "" {
		return "var " + name + " = func" + rest[len(name):], strings.HasPrefix(rest[len(name):], "(")
	}
	end := strings.IndexByte(rest, ')')
	if end < 0 || local[receiverType(rest[:end])] {
		return "", false
	}
	params := strings.TrimLeft(rest[end+1:], " \t")
	params = params[len(leadingName(params)):]
	return "_ = func" + rest[:end+1] + " { _ = func" + params + " }", true
}

// receiverType is the name of the type in the text of a receiver.
func receiverType(recv string) string {
	recv, _, _ = strings.Cut(recv, "[")
	return lastName(strings.TrimRight(recv, " \t"))
}

// typesOf are the names of the types that the text declares.
func typesOf(chunks []split.Chunk) map[string]bool {
	names := map[string]bool{}
	for _, c := range chunks {
		if c.Kind != split.Type {
			continue
		}
		if f, _ := parser.ParseFile(token.NewFileSet(), "", "package p;"+c.Text, parser.SkipObjectResolution); f != nil {
			for name := range declaredNames(f) {
				names[name] = true
			}
		}
	}
	return names
}

func leadingName(s string) string {
	if i := strings.IndexFunc(s, func(r rune) bool { return lastName(string(r)) == "" }); i >= 0 {
		return s[:i]
	}
	return s
}

// declaredNames are the names that the file declares at package level.
func declaredNames(file *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					names[s.Name.Name] = true
				case *ast.ValueSpec:
					for _, n := range s.Names {
						names[n.Name] = true
					}
				}
			}
		}
	}
	return names
}

// pathTo lists the nodes from the placeholder outwards, nil if the parser dropped it.
func pathTo(file *ast.File) []ast.Node {
	var stack, path []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if path != nil {
			return false
		}
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		if id, ok := n.(*ast.Ident); ok && id.Name == placeholder {
			for i := len(stack) - 1; i >= 0; i-- {
				path = append(path, stack[i])
			}
		}
		return true
	})
	return path
}
