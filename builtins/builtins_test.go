package builtins

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// exported lists session's exported names from its source: functions, types, values, and methods of exported types as
// "Type.Method".
func exported(t *testing.T) (top, methods []string) {
	t.Helper()
	entries, err := os.ReadDir("../session")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, "../session/"+e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if !d.Name.IsExported() {
					continue
				}
				if d.Recv == nil {
					top = append(top, d.Name.Name)
				} else if r := receiver(d.Recv.List[0].Type); ast.IsExported(r) {
					methods = append(methods, r+"."+d.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						if s.Name.IsExported() {
							top = append(top, s.Name.Name)
						}
					case *ast.ValueSpec:
						for _, n := range s.Names {
							if n.IsExported() {
								top = append(top, n.Name)
							}
						}
					}
				}
			}
		}
	}
	return top, methods
}

func receiver(x ast.Expr) string {
	if s, ok := x.(*ast.StarExpr); ok {
		x = s.X
	}
	if i, ok := x.(*ast.Ident); ok {
		return i.Name
	}
	return ""
}

func TestEveryNameIsASymbol(t *testing.T) {
	top, _ := exported(t)
	if len(top) == 0 {
		t.Fatal("no exported names found")
	}
	table := Symbols["gospark/session/session"]
	for _, n := range top {
		if _, ok := table[n]; !ok {
			t.Errorf("session.%s is not in the symbol table: run go generate ./builtins", n)
		}
	}
}

func TestEveryNameHasHelp(t *testing.T) {
	top, methods := exported(t)
	for _, n := range append(top, methods...) {
		d, ok := Docs[n]
		switch {
		case !ok:
			t.Errorf("%s has no help: run go generate ./builtins", n)
		case strings.TrimSpace(d.Text) == "":
			t.Errorf("%s has no doc comment in package session: write one, then run go generate ./builtins", n)
		}
	}
}
