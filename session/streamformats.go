package session

import (
	"slices"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/filestream"
	"gospark/runtime/connector/kafka"
	"gospark/runtime/connector/rate"
	"gospark/runtime/connector/socket"
	"gospark/runtime/format/files"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// streamFormats are the sources of streaming DataFrames, by the name that Format takes. Each checks its options; it opens
// nothing.
var streamFormats = map[string]func(s *SparkSession, ds *logical.DataSource, o connector.Options) (connector.Relation, error){
	"rate": func(_ *SparkSession, _ *logical.DataSource, o connector.Options) (connector.Relation, error) {
		return rate.NewRelation(o)
	},
	"rate-micro-batch": func(s *SparkSession, _ *logical.DataSource, o connector.Options) (connector.Relation, error) {
		return rate.NewMicroBatches(o, s.sc.DefaultParallelism())
	},
	"kafka": func(_ *SparkSession, ds *logical.DataSource, _ connector.Options) (connector.Relation, error) {
		return kafka.NewRelation(ds.Options)
	},
	"memory": (*SparkSession).openMemory,
	"socket": func(_ *SparkSession, _ *logical.DataSource, o connector.Options) (connector.Relation, error) {
		return socket.NewRelation(o)
	},
}

// openSources adds streams to what the session's catalog can open.
func (s *SparkSession) openSources() {
	files := s.engine.Catalog.OpenSource
	s.engine.Catalog.OpenSource = func(ds *logical.DataSource) (resolved.Source, error) {
		if ds.Streaming {
			return s.openStream(ds)
		}
		if ds.Format == heldFormat {
			return s.streams.held.find(ds.Options[heldFormat])
		}
		if strings.EqualFold(ds.Format, "kafka") {
			return s.openKafkaTable(ds)
		}
		if files == nil {
			return nil, sourceNotFound(ds.Format)
		}
		return files(ds)
	}
}

func (s *SparkSession) openStream(ds *logical.DataSource) (resolved.Source, error) {
	name := ds.Format
	if name == "" {
		name = s.conf.Get("spark.sql.sources.default", "parquet")
	}
	open, ok := streamFormats[strings.ToLower(name)]
	if !ok {
		if _, err := files.Lookup(name); err != nil {
			return nil, sourceNotFound(name)
		}
		return s.openFiles(name, ds)
	}
	r, err := open(s, ds, connector.OptionsOf(ds.Options))
	if err != nil {
		return nil, err
	}
	if ds.Schema != nil && !ds.Schema.Same(r.Schema()) {
		return nil, condition.New("", "", "the columns of a source of format %s are %s, and cannot be chosen", name, r.Schema()).WithFix("leave Schema out, and use Select")
	}
	return r, nil
}

// openFiles finds the directory of a stream of files. What is set in the session later does not reach it.
func (s *SparkSession) openFiles(format string, ds *logical.DataSource) (resolved.Source, error) {
	e := s.engine.With(newConf(s.conf.GetAll()))
	return filestream.NewRelation(s.sc.scope().ctx, filestream.Spec{
		Format: format, Schema: ds.Schema, Paths: ds.Paths, Env: e.FileEnv(ds.Options), Options: connector.OptionsOf(ds.Options),
		Infer: s.conf.Get("spark.sql.streaming.schemaInference") == "true",
	})
}

func sourceNotFound(name string) error {
	var names []string
	for n := range streamFormats {
		names = append(names, n)
	}
	slices.Sort(names)
	return condition.New("DATA_SOURCE_NOT_FOUND", "42K02", "Failed to find the data source: %s. Make sure the provider name is correct and the package is properly registered and compatible with your Spark version.", name).
		WithParam("provider", name).WithFix("streams are read from %s, and from files of csv, json, parquet and text", strings.Join(names, ", "))
}
