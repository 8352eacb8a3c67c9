package session

// Cache keeps the DataFrame's rows once an action has computed them, also for DataFrames made from it before.
func (df *DataFrame) Cache() *DataFrame { return df.Persist() }

// Persist is Cache with a storage level, MemoryAndDisk if none is given. A DataFrame that is kept already stays as it is.
func (df *DataFrame) Persist(level ...any) *DataFrame {
	l := MemoryAndDisk
	if len(level) > 0 {
		l = levelOf("Persist", level[0])
	}
	df.spark.engine.Keep(df.rel, l.Description(), "")
	return df
}

// Unpersist forgets the kept rows.
func (df *DataFrame) Unpersist(blocking ...bool) *DataFrame {
	df.spark.engine.Release(df.rel)
	return df
}

// StorageLevel is how the DataFrame's rows are kept.
func (df *DataFrame) StorageLevel() StorageLevel {
	if d := df.spark.engine.Kept(df.rel); d != "" {
		return levelDescribed(d)
	}
	return StorageLevelNone
}

// IsCached says whether the DataFrame's rows are kept.
func (df *DataFrame) IsCached() bool { return df.spark.engine.Kept(df.rel) != "" }

// levelNamed is a level by its name, as the storage page shows it.
func levelNamed(name string) (string, bool) {
	l, ok := storageLevels[name]
	return l.Description(), ok
}
