package interp

import (
	"reflect"
	"unsafe"
)

// Struct types that refer to themselves. reflect.StructOf cannot make one, because a type has to exist
// before it can be mentioned. So the struct is made with a field of a stand-in type of the same size and the
// same pointers, and the field's type is replaced afterwards, in place.

// The layouts follow internal/abi: Type, StructField and StructType.
type abiType struct {
	_ [4 * unsafe.Sizeof(uintptr(0))]byte // sizes, hash, flags and the equality function
	_ *byte
	_ int32
	_ int32
}

type abiStructField struct {
	_   *byte // name
	typ unsafe.Pointer
	_   uintptr // offset
}

type abiStructType struct {
	abiType
	_      *byte // package path
	fields []abiStructField
}

func typePointer(t reflect.Type) unsafe.Pointer {
	v := reflect.Zero(reflect.PointerTo(t)).Interface()
	ptr := (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[0]
	// abi.PtrType is a Type followed by its element.
	return *(*unsafe.Pointer)(unsafe.Add(ptr, unsafe.Sizeof(abiType{})))
}

func setFieldType(s reflect.Type, i int, t reflect.Type) {
	if s.Field(i).Type.Size() != t.Size() || (*abiStructType)(typePointer(s)).fields[i].typ != typePointer(s.Field(i).Type) {
		panic(unrepresentable{"types that refer to themselves do not work with this version of Go"})
	}
	(*abiStructType)(typePointer(s)).fields[i].typ = typePointer(t)
	if s.Field(i).Type != t {
		panic(unrepresentable{"types that refer to themselves do not work with this version of Go"})
	}
}
