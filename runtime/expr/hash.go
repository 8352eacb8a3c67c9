package expr

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"math"
	"math/bits"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// Hash functions. hash and xxhash64 are Spark's own: they go from column to column, the hash so far being the seed of
// the next, and skip NULL.

func init() {
	family("hash_funcs", []Function{
		{Name: "hash", Sig: "any... -> int", Null: Never, Check: noMaps("hash"), Bind: hashing(int32(42), hasher[int32]{murmurValue, murmurBytes, murmurLong, murmurInt}),
			Doc: "A 32-bit hash of the arguments (Murmur3).", Example: "hash('Spark', array(123), 2) = -1321691492"},
		{Name: "xxhash64", Sig: "any... -> bigint", Null: Never, Check: noMaps("xxhash64"), Bind: hashing(int64(42), hasher[int64]{xxValue, xxBytes, xxLong, xxInt}),
			Doc: "A 64-bit hash of the arguments (XXH64).", Example: "xxhash64('Spark', array(123), 2) = 5602566077635097486"},
		{Name: "md5", Sig: "binary -> string", Impl: fn1(func(s string) string { h := md5.Sum([]byte(s)); return hex.EncodeToString(h[:]) }),
			Doc: "The MD5 checksum in base 16.", Example: "md5('Spark') = 8cde774d6f7333752ed72cacddb05126"},
		{Name: "sha1", Aliases: []string{"sha"}, Sig: "binary -> string", Impl: fn1(func(s string) string { h := sha1.Sum([]byte(s)); return hex.EncodeToString(h[:]) }),
			Doc: "The SHA-1 checksum in base 16.", Example: "sha1('Spark') = 85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c"},
		{Name: "sha2", Sig: "binary, int -> string", Null: Always, Impl: fn2n(sha2), Doc: "The SHA-2 checksum of 224, 256 (or 0), 384 or 512 bits in base 16.",
			Example: "sha2('Spark', 256) = 529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b"},
		{Name: "crc32", Sig: "binary -> bigint", Impl: fn1(func(s string) int64 { return int64(crc32.ChecksumIEEE([]byte(s))) }),
			Doc: "The CRC-32 checksum.", Example: "crc32('Spark') = 1557323817"},
		{Name: "base64", API: "Base64", Sig: "binary -> string", Impl: fn1(mimeBase64), Doc: "The bytes in base 64, in lines of 76 characters.", Example: "base64('Spark SQL') = U3BhcmsgU1FM"},
		{Name: "unbase64", Sig: "string -> binary", Impl: fn1e(unbase64), Doc: "The bytes written in base 64.", Example: "cast(unbase64('U3BhcmsgU1FM') as string) = Spark SQL"},
	})
}

// noMaps refuses maps: equal ones may have their entries in different orders.
func noMaps(name string) func(text string, args []Expr) error {
	return func(text string, args []Expr) error {
		for _, a := range args {
			if hasMap(a.Type()) {
				return mismatch("HASH_MAP_TYPE", text, fmt.Sprintf("Input to the function %s cannot contain elements of the \"MAP\" type. In Spark, same maps may have different hashcode, thus hash expressions are prohibited on \"MAP\" elements. To restore previous behavior set \"spark.sql.legacy.allowHashOnMapType\" to \"true\".", quotedID(name)),
					"functionName", quotedID(name))
			}
		}
		return nil
	}
}

// HasMap says whether a type is a map or has one as a part.
func HasMap(t *types.Type) bool { return hasMap(t) }

func hasMap(t *types.Type) bool {
	switch t.Kind {
	case types.MapKind:
		return true
	case types.ArrayKind:
		return hasMap(t.Elem)
	case types.StructKind:
		for _, f := range t.Fields {
			if hasMap(f.Type) {
				return true
			}
		}
	}
	return false
}

func sha2(s string, width int32) (string, bool) {
	switch width {
	case 224:
		h := sha256.Sum224([]byte(s))
		return hex.EncodeToString(h[:]), true
	case 0, 256:
		h := sha256.Sum256([]byte(s))
		return hex.EncodeToString(h[:]), true
	case 384:
		h := sha512.Sum384([]byte(s))
		return hex.EncodeToString(h[:]), true
	case 512:
		h := sha512.Sum512([]byte(s))
		return hex.EncodeToString(h[:]), true
	}
	return "", false
}

func mimeBase64(s string) string {
	const line = 76
	enc := base64.StdEncoding.EncodeToString([]byte(s))
	if len(enc) <= line {
		return enc
	}
	var b strings.Builder
	for len(enc) > line {
		b.WriteString(enc[:line] + "\r\n")
		enc = enc[line:]
	}
	return b.String() + enc
}

// unbase64 skips what is not of the alphabet, as MIME wants it.
func unbase64(s string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '+', r == '/':
			return r
		}
		return -1
	}, s)
	if len(digits)%4 == 1 {
		return "", invalidConversion(s, quoted("BASE64"), "to_binary")
	}
	out, err := base64.RawStdEncoding.DecodeString(digits)
	if err != nil {
		return "", invalidConversion(s, quoted("BASE64"), "to_binary")
	}
	return string(out), nil
}

// A hasher is a hash of values: of any, and of those that columns mostly are.
type hasher[H int32 | int64] struct {
	value func(v any, t *types.Type, h H) H
	bytes func(v string, h H) H
	long  func(v int64, h H) H
	int   func(v int32, h H) H
}

// hashing makes hash and xxhash64 from the hash of a value.
func hashing[H int32 | int64](seed H, of hasher[H]) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		ts := make([]*types.Type, len(c.Args))
		for i, a := range c.Args {
			ts[i] = a.Type()
		}
		row := func(_ *Context, args []any) (any, error) {
			h := seed
			for i, a := range args {
				if a != nil {
					h = of.value(a, ts[i], h)
				}
			}
			return h, nil
		}
		return kernelImpl(func(*Call) Kernel {
			var res out[H]
			return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
				result := res.start(n)
				hs := result.V
				for i := range hs {
					hs[i] = seed
				}
				for i, v := range args {
					of.column(hs, v, ts[i], rows)
				}
				return result, nil
			}
		}, func(*Call) RowFunc { return row })
	}
}

// column goes on with the hashes of rows by their values in one more column.
func (of hasher[H]) column(hs []H, v batch.Vector, t *types.Type, rows []int32) {
	switch v := v.(type) {
	case *batch.Vec[string]:
		hashColumn(hs, v, rows, of.bytes)
	case *batch.Vec[int64]:
		hashColumn(hs, v, rows, of.long)
	case *batch.Vec[int32]:
		hashColumn(hs, v, rows, of.int)
	default:
		_ = each(len(hs), rows, func(i int) error {
			if !v.Null(i) {
				hs[i] = of.value(v.Any(i), t, hs[i])
			}
			return nil
		})
	}
}

func hashColumn[T any, H int32 | int64](hs []H, v *batch.Vec[T], rows []int32, f func(T, H) H) {
	if rows == nil && v.Valid == nil {
		for i, x := range v.V[:len(hs)] {
			hs[i] = f(x, hs[i])
		}
		return
	}
	_ = each(len(hs), rows, func(i int) error {
		if !v.Null(i) {
			hs[i] = f(v.V[i], hs[i])
		}
		return nil
	})
}

// parts hashes the parts of arrays, maps and structs one after the other; ok is false for a plain value.
func parts[H any](v any, t *types.Type, h H, value func(v any, t *types.Type, h H) H) (H, bool) {
	each := func(vs []any, t func(i int) *types.Type) {
		for i, e := range vs {
			if e != nil {
				h = value(e, t(i), h)
			}
		}
	}
	switch v := v.(type) {
	case []any:
		each(v, func(int) *types.Type { return t.Elem })
	case types.Row:
		each(v, func(i int) *types.Type { return t.Fields[i].Type })
	case types.MapValue:
		for i, k := range v.Keys {
			h = value(k, t.Key, h)
			if x := v.Values[i]; x != nil {
				h = value(x, t.Elem, h)
			}
		}
	default:
		return h, false
	}
	return h, true
}

// wideDecimal is the bytes of a decimal of more than 18 digits: the shortest two's complement, big end first.
func wideDecimal(d types.Decimal) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(d.Hi))
	binary.BigEndian.PutUint64(b[8:], d.Lo)
	i := 0
	for i < 15 && (b[i] == 0 && b[i+1] < 0x80 || b[i] == 0xff && b[i+1] >= 0x80) {
		i++
	}
	return string(b[i:])
}

func doubleBits(f float64) int64 {
	switch {
	case f == 0:
		return 0
	case f != f:
		return 0x7ff8000000000000
	}
	return int64(math.Float64bits(f))
}

func floatBits(f float32) int32 {
	switch {
	case f == 0:
		return 0
	case f != f:
		return 0x7fc00000
	}
	return int32(math.Float32bits(f))
}

func murmurValue(v any, t *types.Type, h int32) int32 {
	switch v := v.(type) {
	case bool:
		return murmurInt(int32(one(v)), h)
	case int8:
		return murmurInt(int32(v), h)
	case int16:
		return murmurInt(int32(v), h)
	case int32:
		return murmurInt(v, h)
	case int64:
		return murmurLong(v, h)
	case float32:
		return murmurInt(floatBits(v), h)
	case float64:
		return murmurLong(doubleBits(v), h)
	case string:
		return murmurBytes(v, h)
	case types.Decimal:
		if t.Precision <= 18 {
			return murmurLong(int64(v.Lo), h)
		}
		return murmurBytes(wideDecimal(v), h)
	case types.Interval:
		return murmurInt(v.Months, murmurInt(v.Days, murmurLong(v.Micros, h)))
	}
	h, _ = parts(v, t, h, murmurValue)
	return h
}

func murmurMix(k uint32) uint32 { return bits.RotateLeft32(k*0xcc9e2d51, 15) * 0x1b873593 }

func murmurStep(h, k uint32) uint32 { return bits.RotateLeft32(h^murmurMix(k), 13)*5 + 0xe6546b64 }

func murmurEnd(h uint32, n int) int32 {
	h ^= uint32(n)
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return int32(h ^ h>>16)
}

func murmurInt(v, seed int32) int32 { return murmurEnd(murmurStep(uint32(seed), uint32(v)), 4) }

func murmurLong(v int64, seed int32) int32 {
	h := murmurStep(uint32(seed), uint32(v))
	return murmurEnd(murmurStep(h, uint32(v>>32)), 8)
}

// murmurBytes mixes the last bytes one by one, each as a whole word: Spark's own way.
func murmurBytes(s string, seed int32) int32 {
	h := uint32(seed)
	i := 0
	for ; i+4 <= len(s); i += 4 {
		h = murmurStep(h, uint32(s[i])|uint32(s[i+1])<<8|uint32(s[i+2])<<16|uint32(s[i+3])<<24)
	}
	for ; i < len(s); i++ {
		h = murmurStep(h, uint32(int32(int8(s[i]))))
	}
	return murmurEnd(h, len(s))
}

const (
	xx1 = 0x9E3779B185EBCA87
	xx2 = 0xC2B2AE3D27D4EB4F
	xx3 = 0x165667B19E3779F9
	xx4 = 0x85EBCA77C2B2AE63
	xx5 = 0x27D4EB2F165667C5
)

func xxValue(v any, t *types.Type, h int64) int64 {
	switch v := v.(type) {
	case bool:
		return xxInt(int32(one(v)), h)
	case int8:
		return xxInt(int32(v), h)
	case int16:
		return xxInt(int32(v), h)
	case int32:
		return xxInt(v, h)
	case int64:
		return xxLong(v, h)
	case float32:
		return xxInt(floatBits(v), h)
	case float64:
		return xxLong(doubleBits(v), h)
	case string:
		return xxBytes(v, h)
	case types.Decimal:
		if t.Precision <= 18 {
			return xxLong(int64(v.Lo), h)
		}
		return xxBytes(wideDecimal(v), h)
	case types.Interval:
		return xxInt(v.Months, xxInt(v.Days, xxLong(v.Micros, h)))
	}
	h, _ = parts(v, t, h, xxValue)
	return h
}

func xxEnd(h uint64) int64 {
	h ^= h >> 33
	h *= xx2
	h ^= h >> 29
	h *= xx3
	return int64(h ^ h>>32)
}

func xxRound(acc, k uint64) uint64 { return bits.RotateLeft64(acc+k*xx2, 31) * xx1 }

func xxInt(v int32, seed int64) int64 {
	h := uint64(seed) + xx5 + 4
	h ^= uint64(uint32(v)) * xx1
	return xxEnd(bits.RotateLeft64(h, 23)*xx2 + xx3)
}

func xxLong(v, seed int64) int64 {
	h := uint64(seed) + xx5 + 8
	h ^= xxRound(0, uint64(v))
	return xxEnd(bits.RotateLeft64(h, 27)*xx1 + xx4)
}

func xxBytes(s string, seed int64) int64 {
	word := func(i int) uint64 { return binary.LittleEndian.Uint64([]byte(s[i : i+8])) }
	n, i, h := len(s), 0, uint64(seed)
	if n >= 32 {
		v := [4]uint64{h, h, h, h} // seeds of the four lanes
		var p1, p2 uint64 = xx1, xx2
		v[0] += p1 + p2
		v[1] += p2
		v[3] -= p1
		for ; i+32 <= n; i += 32 {
			for k := range v {
				v[k] = xxRound(v[k], word(i+8*k))
			}
		}
		h = bits.RotateLeft64(v[0], 1) + bits.RotateLeft64(v[1], 7) + bits.RotateLeft64(v[2], 12) + bits.RotateLeft64(v[3], 18)
		for k := range v {
			h = (h^xxRound(0, v[k]))*xx1 + xx4
		}
	} else {
		h += xx5
	}
	h += uint64(n)
	for ; i+8 <= n; i += 8 {
		h ^= xxRound(0, word(i))
		h = bits.RotateLeft64(h, 27)*xx1 + xx4
	}
	if i+4 <= n {
		h ^= uint64(binary.LittleEndian.Uint32([]byte(s[i:i+4]))) * xx1
		h = bits.RotateLeft64(h, 23)*xx2 + xx3
		i += 4
	}
	for ; i < n; i++ {
		h ^= uint64(s[i]) * xx5
		h = bits.RotateLeft64(h, 11) * xx1
	}
	return xxEnd(h)
}
