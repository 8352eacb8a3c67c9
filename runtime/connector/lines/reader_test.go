package lines

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// reference is the plainest statement of what the lines of a text are, with the position each begins at.
func reference(data string) (lines []string, at []int64) {
	start := 0
	for i := 0; i < len(data); i++ {
		if data[i] != '\n' && data[i] != '\r' {
			continue
		}
		lines, at = append(lines, data[start:i]), append(at, int64(start))
		if data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n' {
			i++
		}
		start = i + 1
	}
	if start < len(data) {
		lines, at = append(lines, data[start:]), append(at, int64(start))
	}
	for i := range lines {
		lines[i], _ = Decode(lines[i])
	}
	return lines, at
}

func readAll(t interface{ Fatal(...any) }, r *Reader, limit int) []string {
	var all []string
	for {
		got, err := r.Next(nil, limit)
		if len(got) > limit {
			t.Fatal("more lines than asked for:", len(got))
		}
		if (len(got) == 0) != (err != nil) {
			t.Fatal("lines and error at once, or neither:", len(got), err)
		}
		all = append(all, got...)
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"\n", []string{""}},
		{"\r\n\r\n", []string{"", ""}},
		{"a", []string{"a"}},
		{"a\n", []string{"a"}},
		{"a\r\nb\rc\n", []string{"a", "b", "c"}},
		{"a\r", []string{"a"}},
		{"a\r\r\nb", []string{"a", "", "b"}},
		{"a\n\rb", []string{"a", "", "b"}},
		{"\xff\n\xe2\x82\nok", []string{"\uFFFD", "\uFFFD", "ok"}},
		{"a\x00b\n", []string{"a\x00b"}},
	} {
		for name, src := range map[string]io.Reader{
			"whole":    strings.NewReader(c.in),
			"bytewise": iotest.OneByteReader(strings.NewReader(c.in)),
			"late EOF": iotest.DataErrReader(strings.NewReader(c.in)),
		} {
			if got := readAll(t, NewReader(src), 2); !slices.Equal(got, c.want) {
				t.Errorf("%q, %s: %q, want %q", c.in, name, got, c.want)
			}
		}
	}
}

// text draws streams with many line ends of all kinds, long lines and bytes that are not UTF-8.
var text = rapid.Custom(func(t *rapid.T) string {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"\n", "\r", "\r\n", "\n\r", "", "\xff", "\xe2\x82", "é", "\xed\xa0\x80"}),
		rapid.StringMatching(`[a-z ]{0,12}`),
		rapid.Map(rapid.IntRange(0, 3*minChunk), func(n int) string { return strings.Repeat("x", n) }),
	)
	return strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(t, "pieces"), "")
})

// sized reads as many bytes at a time as drawn, and sometimes none.
type sized struct {
	data  string
	sizes []int
	i     int
}

func (s *sized) Read(p []byte) (int, error) {
	if s.data == "" {
		return 0, io.EOF
	}
	n := s.sizes[s.i%len(s.sizes)]
	s.i++
	n = copy(p[:min(n, len(p))], s.data)
	s.data = s.data[n:]
	return n, nil
}

func TestAnyReadSizesGiveTheSameLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := text.Draw(t, "data")
		sizes := append(rapid.SliceOfN(rapid.IntRange(0, 3000), 0, 20).Draw(t, "sizes"), 1)
		limit := rapid.IntRange(1, 9).Draw(t, "limit")
		want, _ := reference(data)
		got := readAll(t, NewReader(&sized{data: data, sizes: sizes}), limit)
		if !slices.Equal(got, want) {
			t.Fatalf("%d lines, want %d:\n%q\n%q", len(got), len(want), got, want)
		}
		if got := readBlocks(t, NewReader(&sized{data: data, sizes: sizes})); !slices.Equal(got, want) {
			t.Fatalf("blocks of %d lines, want %d:\n%q\n%q", len(got), len(want), got, want)
		}
	})
}

func TestRangesShareOutEveryLineOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := text.Draw(t, "data")
		size := int64(len(data))
		borders := rapid.SliceOfN(rapid.Int64Range(0, size), 0, 8).Draw(t, "borders")
		borders = append(borders, 0, size)
		slices.Sort(borders)
		borders = slices.Compact(borders)
		lines, at := reference(data)
		var all []string
		for i := 1; i < len(borders); i++ {
			begin, end := borders[i-1], borders[i]
			src := iotest.HalfReader(strings.NewReader(data[begin:]))
			got := readAll(t, NewRangeReader(src, begin, end), 7)
			var want []string
			for j, l := range lines {
				if (at[j] > begin || begin == 0) && at[j] <= end {
					want = append(want, l)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("[%d,%d]: %q, want %q", begin, end, got, want)
			}
			src = iotest.HalfReader(strings.NewReader(data[begin:]))
			if got := readBlocks(t, NewRangeReader(src, begin, end)); !slices.Equal(got, want) {
				t.Fatalf("blocks of [%d,%d]: %q, want %q", begin, end, got, want)
			}
			all = append(all, got...)
		}
		if !slices.Equal(all, lines) {
			t.Fatalf("ranges give %d lines of %d", len(all), len(lines))
		}
	})
}

func TestAnErrorComesAfterTheLinesBeforeIt(t *testing.T) {
	broken := errors.New("reset")
	r := NewReader(io.MultiReader(strings.NewReader("a\nhal"), iotest.ErrReader(broken)))
	if got, err := r.Next(nil, 10); err != nil || !slices.Equal(got, []string{"a"}) {
		t.Fatalf("%q, %v", got, err)
	}
	for range 2 {
		if got, err := r.Next(nil, 10); err != broken || len(got) != 0 {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if n := r.Unfinished(); n != 3 {
		t.Fatal(n, "bytes")
	}
}

// readBlocks cuts blocks into lines.
func readBlocks(t interface{ Fatal(...any) }, r *Reader) (lines []string) {
	for {
		text, err := r.Block()
		if err == io.EOF {
			return lines
		}
		if err != nil || text == "" {
			t.Fatal(err)
		}
		for text != "" {
			var line string
			line, text = Cut(text)
			lines = append(lines, line)
		}
	}
}

func TestAnErrorComesAfterTheBlocksBeforeIt(t *testing.T) {
	broken := errors.New("reset")
	r := NewReader(io.MultiReader(strings.NewReader("a\r\nb\nhal"), iotest.ErrReader(broken)))
	if got, err := r.Block(); err != nil || got != "a\r\nb\n" {
		t.Fatalf("%q, %v", got, err)
	}
	if got, err := r.Block(); err != broken || got != "" {
		t.Fatalf("%q, %v", got, err)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestASourceWithoutProgressIsAnError(t *testing.T) {
	if _, err := NewReader(stuck{}).Next(nil, 1); err != io.ErrNoProgress {
		t.Fatal(err)
	}
}

func TestALongLine(t *testing.T) {
	long := strings.Repeat("0123456789", 1<<20)
	got := readAll(t, NewReader(strings.NewReader("a\n"+long+"\nb")), 10)
	if len(got) != 3 || got[1] != long || got[2] != "b" {
		t.Fatalf("%d lines", len(got))
	}
}

// A line kept from a slow stream holds its chunk, which therefore stays small; a fast stream gets large ones.
func TestChunksFollowTheSource(t *testing.T) {
	chunks := func(src io.Reader) *Reader {
		r := NewReader(src)
		readAll(t, r, 8192)
		return r
	}
	data := strings.Repeat("a line of text\n", 1<<17)
	if r := chunks(strings.NewReader(data)); cap(r.chunk) != maxChunk {
		t.Errorf("fast: chunk of %d", cap(r.chunk))
	}
	if r := chunks(iotest.OneByteReader(strings.NewReader(data[:1<<16]))); cap(r.chunk) != minChunk {
		t.Errorf("slow: chunk of %d", cap(r.chunk))
	}
	slowed := io.MultiReader(strings.NewReader(data), iotest.OneByteReader(strings.NewReader(data)))
	if r := chunks(slowed); cap(r.chunk) > 4*minChunk {
		t.Errorf("slowed down: chunk of %d", cap(r.chunk))
	}
}

func TestDecodeIsJava(t *testing.T) {
	data, err := os.ReadFile("testdata/java-utf8.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(strings.TrimSpace(string(data)), "\n")[1:]
	if len(cases) < 2000 {
		t.Fatal("cases are missing:", len(cases))
	}
	for _, c := range cases {
		in, out, _ := strings.Cut(c, " ")
		raw, _ := hex.DecodeString(in)
		got, n := Decode(string(raw))
		if hex.EncodeToString([]byte(got)) != out {
			t.Errorf("%s: %x, want %s", in, got, out)
		}
		if extra := strings.Count(got, replacement) - bytes.Count(raw, []byte(replacement)); n != extra {
			t.Errorf("%s: counted %d of %d", in, n, extra)
		}
	}
}

func TestMalformedIsCounted(t *testing.T) {
	r := NewReader(strings.NewReader("ok\n\xff\xfe\n\uFFFD stays\n\xc3"))
	readAll(t, r, 1)
	if r.Malformed() != 3 {
		t.Fatal(r.Malformed())
	}
}
