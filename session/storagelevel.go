package session

import (
	"fmt"
	"strings"
)

// A StorageLevel says how a persisted RDD is kept. The engine keeps rows as columns in memory whatever the level; the
// level is what is shown.
type StorageLevel struct {
	Disk, Memory, OffHeap, Deserialized bool
	Replication                         int
}

// The levels of Spark's StorageLevel, under their Go names.
var (
	StorageLevelNone = StorageLevel{Replication: 1}
	DiskOnly         = StorageLevel{Disk: true, Replication: 1}
	DiskOnly2        = StorageLevel{Disk: true, Replication: 2}
	DiskOnly3        = StorageLevel{Disk: true, Replication: 3}
	MemoryOnly       = StorageLevel{Memory: true, Deserialized: true, Replication: 1}
	MemoryOnly2      = StorageLevel{Memory: true, Deserialized: true, Replication: 2}
	MemoryOnlySer    = StorageLevel{Memory: true, Replication: 1}
	MemoryOnlySer2   = StorageLevel{Memory: true, Replication: 2}
	MemoryAndDisk    = StorageLevel{Disk: true, Memory: true, Deserialized: true, Replication: 1}
	MemoryAndDisk2   = StorageLevel{Disk: true, Memory: true, Deserialized: true, Replication: 2}
	MemoryAndDiskSer = StorageLevel{Disk: true, Memory: true, Replication: 1}
	OffHeap          = StorageLevel{Disk: true, Memory: true, OffHeap: true, Replication: 1}
)

// storageLevels is the table of the levels' names in Spark.
var storageLevels = map[string]StorageLevel{
	"NONE": StorageLevelNone, "DISK_ONLY": DiskOnly, "DISK_ONLY_2": DiskOnly2, "DISK_ONLY_3": DiskOnly3,
	"MEMORY_ONLY": MemoryOnly, "MEMORY_ONLY_2": MemoryOnly2, "MEMORY_ONLY_SER": MemoryOnlySer, "MEMORY_ONLY_SER_2": MemoryOnlySer2,
	"MEMORY_AND_DISK": MemoryAndDisk, "MEMORY_AND_DISK_2": MemoryAndDisk2, "MEMORY_AND_DISK_SER": MemoryAndDiskSer, "OFF_HEAP": OffHeap,
}

// String is Spark's: StorageLevel(memory, deserialized, 1 replicas).
func (l StorageLevel) String() string {
	var ps []string
	for _, f := range []struct {
		on   bool
		name string
	}{{l.Disk, "disk"}, {l.Memory, "memory"}, {l.OffHeap, "offheap"}, {l.Deserialized, "deserialized"}} {
		if f.on {
			ps = append(ps, f.name)
		}
	}
	return "StorageLevel(" + strings.Join(append(ps, fmt.Sprintf("%d replicas", l.Replication)), ", ") + ")"
}

// Description is the level as the storage page shows it: Memory Deserialized 1x Replicated.
func (l StorageLevel) Description() string {
	var b strings.Builder
	if l.Disk {
		b.WriteString("Disk ")
	}
	if l.Memory {
		b.WriteString("Memory ")
		if l.OffHeap {
			b.WriteString("(off heap) ")
		}
	}
	form := "Serialized"
	if l.Deserialized {
		form = "Deserialized"
	}
	fmt.Fprintf(&b, "%s %dx Replicated", form, l.Replication)
	return b.String()
}

// levelOf reads the level given to Persist: a StorageLevel or its name in Spark.
func levelOf(method string, v any) StorageLevel {
	switch x := v.(type) {
	case StorageLevel:
		return x
	case string:
		if l, ok := storageLevels[strings.ToUpper(x)]; ok {
			return l
		}
		mistake(method, "no storage level %q; try MEMORY_ONLY, MEMORY_AND_DISK or DISK_ONLY", x)
	}
	mistake(method, "want a StorageLevel, have %T", v)
	return StorageLevel{}
}

// levelDescribed is the level with the description, which tells all levels apart.
func levelDescribed(d string) StorageLevel {
	for _, l := range storageLevels {
		if l.Description() == d {
			return l
		}
	}
	return StorageLevelNone
}
