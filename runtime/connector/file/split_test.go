package file

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/lines"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// write makes the files below dir; names that end with / are directories.
func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// column reads all rows of a column, split by split.
func column(splits []connector.Split, col int) (parts [][]string, err error) {
	for _, s := range splits {
		r, err := s.Open(context.Background())
		if err != nil {
			return nil, err
		}
		part := []string{}
		for {
			b, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				r.Close()
				return nil, err
			}
			part = append(part, batch.Col[string](b, col)...)
		}
		parts = append(parts, part)
		if err := r.Close(); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func text(t testing.TB, paths string, minPartitions int) [][]string {
	t.Helper()
	splits, err := TextSplits(paths, minPartitions)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := column(splits, 0)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

func zlibbed(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

func zstded(s string) string {
	w, _ := zstd.NewWriter(nil)
	defer w.Close()
	return string(w.EncodeAll([]byte(s), nil))
}

// bzipped is "a\nb\n", for the library cannot write it.
const bzipped = "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x3c\x85\x41\x12\x00\x00\x01\x41\x00\x00\x10\x30\x00\x20" +
	"\x00\x30\xcc\x0c\x7a\x82\x71\x77\x24\x53\x85\x09\x03\xc8\x54\x11\x20"

func TestTextSplits(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		paths string // with @ for the directory
		min   int
		want  [][]string
		err   string
	}{
		{name: "line ends", files: map[string]string{"t": "a\r\nb\rc\n"}, paths: "@/t", min: 1, want: [][]string{{"a", "b", "c"}}},
		{name: "file: address", files: map[string]string{"t": "a"}, paths: "file://@/t", min: 1, want: [][]string{{"a"}}},
		{name: "missing", paths: "/no/such/file", min: 1, err: "Input path does not exist: file:/no/such/file"},
		{name: "two missing", files: map[string]string{"t": ""}, paths: "@/t,/no/x,/no/y", min: 1,
			err: "Input path does not exist: file:/no/x\nInput path does not exist: file:/no/y"},
		{name: "pattern without match", paths: "/no/such/*.txt", min: 1, err: "Input Pattern file:/no/such/*.txt matches 0 files"},
		{name: "directory", files: map[string]string{"b.log": "3\n", "a.txt": "1\n2\n", "_c": "4\n", ".d": "5\n"},
			paths: "@", min: 1, want: [][]string{{"1", "2"}, {"3"}}},
		{name: "pattern", files: map[string]string{"b.log": "3\n", "a.txt": "1\n2\n", "_c.txt": "4\n"},
			paths: "@/*.txt", min: 1, want: [][]string{{"1", "2"}}},
		{name: "list with braces and directories", files: map[string]string{"a/x": "1", "b/x": "2", "c/x": "3"},
			paths: "@/c,@/{b,a}/*", min: 1, want: [][]string{{"3"}, {"1"}, {"2"}}},
		{name: "pattern of directories", files: map[string]string{"a/x": "1", "b/x": "2"}, paths: "@/*", min: 1, want: [][]string{{"1"}, {"2"}}},
		{name: "nested braces", files: map[string]string{"a1": "1", "a2": "2", "b": "3"}, paths: "@/{a{1,2},b}", min: 1, want: [][]string{{"1"}, {"2"}, {"3"}}},
		{name: "hidden file by name", files: map[string]string{"_x": "1"}, paths: "@/_x", min: 1, err: "Input path does not exist: file:@/_x"},
		{name: "directory in a directory", files: map[string]string{"a": "1", "sub/": ""}, paths: "@", min: 1,
			err: "Not a file: file:@/sub; name the directories below it with a pattern such as @/*"},
		{name: "empty path", paths: "", min: 1, err: "Can not create a Path from an empty string"},
		{name: "open brace", paths: "@/{a", min: 1, err: `file: pattern "@/{a" has a { without }`},
		{name: "another system", paths: "hdfs://host/x", min: 1, err: `No FileSystem for scheme "hdfs"; copy hdfs://host/x to a local path`},
		{name: "empty files give nothing", files: map[string]string{"a": "", "b": ""}, paths: "@", min: 2, want: nil},
		{name: "ranges", files: map[string]string{"t": "aaaa\nbbbb\ncccc\n"}, paths: "@/t", min: 2, want: [][]string{{"aaaa", "bbbb"}, {"cccc"}, {}}},
		{name: "a line that begins at a border", files: map[string]string{"t": "aaa\nbbb\n"}, paths: "@/t", min: 2, want: [][]string{{"aaa", "bbb"}, {}}},
		{name: "byte order mark", files: map[string]string{"t": "\uFEFFa\n\uFEFFb\n"}, paths: "@/t", min: 1, want: [][]string{{"a", "\uFEFFb"}}},
		{name: "not UTF-8", files: map[string]string{"t": "\xff\n\xe2\x82\n"}, paths: "@/t", min: 1, want: [][]string{{"\uFFFD", "\uFFFD"}}},
		{name: "gzip is not split", files: map[string]string{"t.gz": gzipped("a\nb\n") + gzipped("c")}, paths: "@", min: 4, want: [][]string{{"a", "b", "c"}}},
		{name: "deflate", files: map[string]string{"t.deflate": zlibbed("a\nb")}, paths: "@", min: 1, want: [][]string{{"a", "b"}}},
		{name: "zstd", files: map[string]string{"t.zst": zstded("a\nb")}, paths: "@", min: 1, want: [][]string{{"a", "b"}}},
		{name: "bzip2", files: map[string]string{"t.bz2": bzipped}, paths: "@", min: 1, want: [][]string{{"a", "b"}}},
		{name: "damaged gzip", files: map[string]string{"t.gz": gzipped("a\nb\n")[:15]}, paths: "@", min: 1, err: "file:@/t.gz: unexpected EOF"},
		{name: "not gzip", files: map[string]string{"t.gz": "plain text"}, paths: "@", min: 1, err: "file:@/t.gz: gzip: invalid header"},
		{name: "snappy is refused", files: map[string]string{"t.snappy": "x"}, paths: "@", min: 1,
			err: "file:@/t.snappy: snappy files cannot be read; those that can are .gz, .bz2, .zst and .deflate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.files)
			splits, err := TextSplits(strings.ReplaceAll(c.paths, "@", dir), c.min)
			var got [][]string
			if err == nil {
				got, err = column(splits, 0)
			}
			if want := strings.ReplaceAll(c.err, "@", dir); (err != nil || want != "") && fmt.Sprint(err) != want {
				t.Fatalf("error %v\n want %s", err, want)
			}
			if !slices.EqualFunc(got, c.want, slices.Equal) {
				t.Fatalf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestRelativePathsAreShownInFull(t *testing.T) {
	t.Chdir(t.TempDir())
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	_, err = TextSplits("x", 1)
	if want := "Input path does not exist: file:" + dir + "/x"; err == nil || err.Error() != want {
		t.Fatalf("%v, want %s", err, want)
	}
}

func TestSplitSizesAreHadoops(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		sizes []int64
		min   int
		want  []int64
	}{
		{[]int64{100}, 2, []int64{50, 50}},
		{[]int64{101}, 2, []int64{50, 51}}, // within the slop
		{[]int64{5}, 2, []int64{2, 2, 1}},
		{[]int64{1}, 5, []int64{1}},
		{[]int64{32 * mb}, 1, []int64{32 * mb}},
		{[]int64{35 * mb}, 1, []int64{35 * mb}},
		{[]int64{36 * mb}, 1, []int64{32 * mb, 4 * mb}},
		{[]int64{100 * mb}, 2, []int64{32 * mb, 32 * mb, 32 * mb, 4 * mb}},
		{[]int64{10, 0, 90}, 2, []int64{10, 50, 40}},
		{[]int64{10, 20}, 0, []int64{10, 20}},
	} {
		var files []input
		for _, n := range c.sizes {
			files = append(files, input{"f", n})
		}
		var got []int64
		for _, s := range cut(files, c.min) {
			got = append(got, s.(connector.Sized).Bytes())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v into %d: %v, want %v", c.sizes, c.min, got, c.want)
		}
	}
}

func TestEveryLineIsInOneSplit(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		data := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"\n", "\r", "\r\n", "a", "line", "é"})).Draw(rt, "data"), "")
		path := filepath.Join(dir, "t")
		write(t, dir, map[string]string{"t": data})
		var want []string
		for r := lines.NewReader(strings.NewReader(data)); ; {
			got, err := r.Next(nil, 100)
			if err != nil {
				break
			}
			want = append(want, got...)
		}
		got := slices.Concat(text(t, path, rapid.IntRange(1, 9).Draw(rt, "partitions"))...)
		if !slices.Equal(got, want) {
			rt.Fatalf("%q: %q, want %q", data, got, want)
		}
	})
}

func TestASplitIsReadAsItWasListed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"t": "a\nb\n"})
	splits, err := TextSplits(dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"t": "a\nb\nc\n"})
	if got, err := column(splits, 0); err != nil || fmt.Sprint(got) != "[[a b]]" {
		t.Fatal("grown:", got, err)
	}
	write(t, dir, map[string]string{"t": "a\n"})
	if _, err := column(splits, 0); err == nil || !strings.Contains(err.Error(), "shorter") {
		t.Fatal("shorter:", err)
	}
}

func TestCancelledReading(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"t": "a\n"})
	ctx, cancel := context.WithCancel(t.Context())
	lineSplits, _ := TextSplits(dir, 1)
	wholeSplits, _ := WholeTextSplits(dir, 1)
	cancel()
	for _, s := range append(lineSplits, wholeSplits...) {
		r, err := s.Open(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(); err != context.Canceled {
			t.Error(s, err)
		}
		r.Close()
	}
}

func TestWholeTextSplits(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.txt": "1\r\n2", "b.txt": "", "c.gz": gzipped("z\n"), "d": "\xff", "_e": "no"})
	for partitions, want := range map[int]int{0: 1, 1: 1, 2: 2} {
		splits, err := WholeTextSplits(dir, partitions)
		if err != nil {
			t.Fatal(err)
		}
		if len(splits) != want {
			t.Errorf("%d splits for %d", len(splits), partitions)
		}
		paths, err := column(splits, 0)
		if err != nil {
			t.Fatal(err)
		}
		contents, err := column(splits, 1)
		if err != nil {
			t.Fatal(err)
		}
		wantPaths := []string{"file:" + dir + "/a.txt", "file:" + dir + "/b.txt", "file:" + dir + "/c.gz", "file:" + dir + "/d"}
		if got := slices.Concat(paths...); !slices.Equal(got, wantPaths) {
			t.Errorf("%q", got)
		}
		if got := slices.Concat(contents...); !slices.Equal(got, []string{"1\r\n2", "", "z\n", "\uFFFD"}) {
			t.Errorf("%q", got)
		}
	}
	if _, err := WholeTextSplits("/no/such/dir", 2); err == nil || err.Error() != "Input path does not exist: file:/no/such/dir" {
		t.Error(err)
	}
}
