package interp

import (
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"strconv"
)

// Imports, those that are declared and those that are found.

type importSpec struct{ name, path string }

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
