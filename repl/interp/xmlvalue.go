package interp

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"go/types"
)

// encoding/xml sees the fields and tags of snippets' types, but neither their names nor their methods. An element is
// given the name; what has methods of its own is refused.

func (in *Interp) xmlReplacements() map[string]replacement {
	typed := func(f any) replacement { return replacement{f, true} }
	return map[string]replacement{
		"encoding/xml.Marshal": typed(func(x any) ([]byte, error) { return in.marshalXML(x, "", "") }),
		"encoding/xml.MarshalIndent": typed(func(x any, prefix, indent string) ([]byte, error) {
			return in.marshalXML(x, prefix, indent)
		}),
		"encoding/xml.Unmarshal":      typed(func(b []byte, x any) error { return xml.Unmarshal(b, in.fromXML(x)) }),
		"encoding/xml.Encoder.Encode": typed(in.encodeXML),
		"encoding/xml.Decoder.Decode": typed(func(d *xml.Decoder, x any) error { return d.Decode(in.fromXML(x)) }),
	}
}

func (in *Interp) marshalXML(x any, prefix, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := xml.NewEncoder(&b)
	e.Indent(prefix, indent)
	if err := in.encodeXML(e, x); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

func (in *Interp) encodeXML(e *xml.Encoder, x any) error {
	value := in.plainXML(x, "MarshalXML", "MarshalXMLAttr", "MarshalText")
	n, ok := types.Unalias(deref(dynamicOr(in.dynamicType(in.plain(x))))).(*types.Named)
	if !ok || !ofSnippet(n) {
		return e.Encode(value)
	}
	if st, ok := n.Underlying().(*types.Struct); ok {
		for f := range st.Fields() {
			if f.Name() == "XMLName" {
				return e.Encode(value)
			}
		}
	}
	if err := e.EncodeElement(value, xml.StartElement{Name: xml.Name{Local: n.Obj().Name()}}); err != nil {
		return err
	}
	return e.Flush()
}

// dynamicOr is a type for what has none.
func dynamicOr(t types.Type) types.Type {
	if t == nil {
		return anyType
	}
	return t
}

func (in *Interp) fromXML(x any) any {
	return in.plainXML(x, "UnmarshalXML", "UnmarshalXMLAttr", "UnmarshalText")
}

func (in *Interp) plainXML(x any, methods ...string) any {
	x = in.plain(x)
	if x == nil {
		return nil
	}
	if t := in.dynamicType(x); in.custom(t, methods...) {
		panic(unrepresentable{fmt.Sprintf("%s has a method %s or %s somewhere, which encoding/xml does not see in the shell: convert to plain fields", typeName(t), methods[0], methods[2])})
	}
	return unbox(x)
}
