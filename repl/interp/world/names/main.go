// Command names writes params.txt: the parameter names of the functions and methods of everyday
// standard packages, which reflection does not know. It reads the Go installation it is run with.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"log"
	"os"
	"path/filepath"

	"sort"
	"strings"
)

var packages = strings.Fields(`
	bufio bytes compress/gzip container/heap container/list container/ring context
	crypto/hmac crypto/md5 crypto/rand crypto/sha1 crypto/sha256 crypto/sha512
	database/sql encoding/base64 encoding/binary encoding/csv encoding/gob encoding/hex encoding/json encoding/xml
	errors flag fmt hash/crc32 hash/fnv hash/maphash html html/template io io/fs log log/slog
	math math/big math/bits math/cmplx math/rand math/rand/v2 mime
	net net/http net/http/httptest net/mail net/netip net/textproto net/url
	os os/signal path path/filepath reflect regexp runtime runtime/debug sort strconv strings sync sync/atomic
	text/tabwriter text/template time unicode unicode/utf16 unicode/utf8`)

func main() {
	log.SetFlags(0)
	var out bytes.Buffer
	for _, p := range packages {
		lines, err := read(p)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n%s", p, strings.Join(lines, ""))
	}
	if err := os.WriteFile("params.txt", out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// read lists " name param..." of a package, methods as Type.name, unnamed parameters as _.
func read(importPath string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(build.Default.GOROOT, "src", importPath, "*.go"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("%s: no source", importPath)
	}
	seen := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					name = receiver(d.Recv.List[0].Type) + "." + name
				}
				add(seen, name, d.Type)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					t, ok := s.(*ast.TypeSpec)
					if !ok {
						continue
					}
					if it, ok := t.Type.(*ast.InterfaceType); ok {
						for _, m := range it.Methods.List {
							if ft, ok := m.Type.(*ast.FuncType); ok {
								add(seen, t.Name.Name+"."+m.Names[0].Name, ft)
							}
						}
					}
				}
			}
		}
	}
	var lines []string
	for l := range seen {
		lines = append(lines, l)
	}
	sort.Strings(lines)
	// A name that build tags give twice is kept once.
	var kept []string
	for i, l := range lines {
		if i == 0 || strings.Fields(lines[i-1])[0] != strings.Fields(l)[0] {
			kept = append(kept, l)
		}
	}
	return kept, nil
}

func add(seen map[string]bool, name string, t *ast.FuncType) {
	for _, part := range strings.Split(name, ".") {
		if !ast.IsExported(part) {
			return
		}
	}
	var names []string
	named := false
	for _, list := range []*ast.FieldList{t.Params, t.Results} {
		if list == nil {
			continue
		}
		for _, f := range list.List {
			if len(f.Names) == 0 {
				names = append(names, "_")
			}
			for _, n := range f.Names {
				names = append(names, n.Name)
				named = named || n.Name != "_"
			}
		}
	}
	if named {
		seen[" "+name+" "+strings.Join(names, " ")+"\n"] = true
	}
}

func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}
