package kafka

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
)

// sourceFiles is what a source keeps below sources/<i> of a checkpoint: in the file 0 where a new query began, in Spark's
// form (a zero byte, "v1", the offsets), and in topics.json the ids of the topics, without which a topic cannot be told
// from another that later took its name.
type sourceFiles struct {
	dir string

	mu  sync.Mutex
	ids map[string]topicID // as written
}

const initialHead = "\x00v1\n"

// start is where the query began; nil when nothing was written yet.
func (f *sourceFiles) start() (Offsets, error) {
	path := filepath.Join(f.dir, "0")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	text, ok := bytes.CutPrefix(b, []byte(initialHead))
	if !ok {
		if text, ok = bytes.CutPrefix(b, []byte(initialHead[1:])); !ok {
			return nil, fmt.Errorf("kafka: %s does not begin with the version v1: the checkpoint is damaged, or of another program", path)
		}
	}
	start, err := ParseOffsets(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return start, nil
}

func (f *sourceFiles) saveStart(start Offsets) error {
	return f.write("0", append([]byte(initialHead), start.JSON()...))
}

func (f *sourceFiles) topicIDs() (map[string]topicID, error) {
	path := filepath.Join(f.dir, "topics.json")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var text map[string]string
	if err := json.Unmarshal(b, &text); err != nil {
		return nil, fmt.Errorf("kafka: %s: %w", path, err)
	}
	ids, err := parseIDs(text)
	if err != nil {
		return nil, fmt.Errorf("kafka: %s: %w", path, err)
	}
	f.ids = maps.Clone(ids)
	return ids, nil
}

// saveIDs writes down the topics that the source knows, if they are others than before.
func (f *sourceFiles) saveIDs(s *Source) error {
	s.mu.Lock()
	ids := maps.Clone(s.ids)
	s.mu.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	if maps.Equal(ids, f.ids) {
		return nil
	}
	text := map[string]string{}
	for topic, id := range ids {
		text[topic] = hex.EncodeToString(id[:])
	}
	b, err := json.Marshal(text)
	if err == nil {
		err = f.write("topics.json", b)
	}
	if err == nil {
		f.ids = ids
	}
	return err
}

// write replaces a file so that it is there whole or not at all.
func (f *sourceFiles) write(name string, content []byte) (err error) {
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(f.dir, "."+name+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temp.Name())
		}
	}()
	_, err = temp.Write(content)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err = os.Rename(temp.Name(), filepath.Join(f.dir, name)); err != nil {
		return err
	}
	dir, err := os.Open(f.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
