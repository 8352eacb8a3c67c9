package format

import (
	"encoding/binary"

	"gospark/runtime/types"
)

// DecimalOfBytes reads a number in two's complement, its highest byte first, as binary formats have it.
func DecimalOfBytes(s string) types.Decimal {
	var b [16]byte
	if len(s) > 0 && s[0]&0x80 != 0 {
		for i := range b {
			b[i] = 0xff
		}
	}
	if len(s) > 16 {
		s = s[len(s)-16:]
	}
	copy(b[16-len(s):], s)
	return types.Decimal{Hi: int64(binary.BigEndian.Uint64(b[:8])), Lo: binary.BigEndian.Uint64(b[8:])}
}

// AppendDecimal appends the lowest size bytes of a number in two's complement, the highest byte first.
func AppendDecimal(b []byte, d types.Decimal, size int) []byte {
	var all [16]byte
	binary.BigEndian.PutUint64(all[:8], uint64(d.Hi))
	binary.BigEndian.PutUint64(all[8:], d.Lo)
	return append(b, all[16-size:]...)
}
