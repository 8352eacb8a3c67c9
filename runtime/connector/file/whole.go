package file

import (
	"context"
	"fmt"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/lines"
)

// maxWholeBatch bounds the text in one batch of whole files; a larger file is a batch by itself.
const maxWholeBatch = 4 << 20

// WholeTextSplits finds files as TextSplits does, and packs them into about minPartitions splits of whole files.
func WholeTextSplits(paths string, minPartitions int) ([]connector.Split, error) {
	files, err := list(paths)
	if err != nil {
		return nil, err
	}
	var total int64
	for _, f := range files {
		total += f.size
	}
	parts := int64(max(minPartitions, 1))
	goal := (total + parts - 1) / parts
	var splits []connector.Split
	var group wholeSplit
	for _, f := range files {
		group = append(group, f)
		if n := group.Bytes(); n >= goal && n > 0 {
			splits = append(splits, group)
			group = nil
		}
	}
	if group != nil {
		splits = append(splits, group)
	}
	return splits, nil
}

type wholeSplit []input

var (
	_ connector.Split = wholeSplit(nil)
	_ connector.Sized = wholeSplit(nil)
)

func (s wholeSplit) Open(ctx context.Context) (connector.Reader, error) {
	return &wholeReader{ctx, s}, nil
}

func (s wholeSplit) Rows() int64 { return int64(len(s)) }

func (s wholeSplit) Bytes() int64 {
	var n int64
	for _, f := range s {
		n += f.size
	}
	return n
}

func (s wholeSplit) String() string {
	return fmt.Sprintf("%d whole files from %s", len(s), uri(s[0].path))
}

type wholeReader struct {
	ctx   context.Context
	files []input
}

func (r *wholeReader) Next() (*batch.Batch, error) {
	var paths, contents []string
	for size := 0; len(r.files) > 0 && size < maxWholeBatch && len(paths) < batch.Size; r.files = r.files[1:] {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		content, err := readWhole(r.files[0])
		if err != nil {
			return nil, err
		}
		size += len(content)
		paths, contents = append(paths, uri(r.files[0].path)), append(contents, content)
	}
	if len(paths) == 0 {
		return nil, io.EOF
	}
	return batch.Of(batch.VecOf(paths), batch.VecOf(contents)), nil
}

func (r *wholeReader) Close() error { return nil }

func readWhole(in input) (string, error) {
	f, err := open(in)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, free, err := decompress(in.path, io.LimitReader(f, in.size))
	if err != nil {
		return "", err
	}
	defer free()
	data, err := io.ReadAll(text)
	if err != nil {
		return "", fmt.Errorf("%s: %w", uri(in.path), err)
	}
	content, _ := lines.Decode(string(data))
	return content, nil
}
