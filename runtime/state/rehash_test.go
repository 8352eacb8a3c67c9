package state

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

func TestRehash(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		p := open(t, dir, Options{})
		ops := []Operator{{ID: 0, Name: "stateStoreSave", Partitions: 2}, {ID: 1, Name: "dedupe", Partitions: 1}}
		if err := p.Check(ops); err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for v := range int64(5) {
			for part := range 2 {
				s := openStore(t, p, 0, part, v)
				for i := range 100 {
					k := 1000*int(v) + 2*i + part
					s.Table(fmt.Sprint(i%2)).Put(int64(i%3), fmt.Append(nil, k), fmt.Append(nil, "v", k))
				}
				maps.Copy(all, content(s))
			}
			openStore(t, p, 1, 0, v).Table("").Put(0, []byte("other"), fmt.Append(nil, v))
			if _, err := p.Commit(t.Context(), v+1); err != nil {
				t.Fatal(err)
			}
		}
		version := int64(5)
		for _, n := range []int{5, 1, 3} {
			if dir != "" {
				p.Close()
				p = open(t, dir, Options{})
			}
			from := ops[0].Partitions
			ops[0].Partitions = n
			if err := p.Check(ops); err == nil || !strings.Contains(err.Error(), "must be rehashed") {
				t.Errorf("%d to %d partitions: %v", from, n, err)
			}
			of := func(_ string, slot int64, key []byte) int { return (int(slot) + int(key[len(key)-1])) % n }
			if err := p.Rehash(0, from, n, version, of); err != nil {
				t.Fatal(err)
			}
			if err := p.Check(ops); err != nil {
				t.Error(err)
			}
			for range 2 {
				got := map[string]string{}
				for part := range n {
					s := openStore(t, p, 0, part, version)
					for k, v := range content(s) {
						got[k] = v
					}
					for _, tb := range s.byName() {
						for _, slot := range tb.Slots() {
							for k := range tb.All(slot) {
								if of(tb.name, slot, k) != part {
									t.Errorf("key %s is in partition %d of %d", k, part, n)
								}
							}
						}
					}
				}
				if !maps.Equal(got, all) {
					t.Errorf("%d to %d partitions: %d keys, want %d", from, n, len(got), len(all))
				}
				if got := content(openStore(t, p, 1, 0, version)); got["/0/other"] != "4" {
					t.Errorf("the other operator has %v", got)
				}
				if dir == "" {
					break
				}
				p.Close()
				p = open(t, dir, Options{})
			}
			// A batch goes on from there.
			openStore(t, p, 0, 0, version)
			if _, err := p.Commit(t.Context(), version+1); err != nil {
				t.Fatal(err)
			}
			version++
		}
		if err := p.Rehash(0, 3, 2, version, func(string, int64, []byte) int { return 2 }); err == nil {
			t.Error("a key may belong to a partition that there is not")
		}
	}
}
