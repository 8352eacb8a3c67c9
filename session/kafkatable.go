package session

import (
	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
)

// A kafkaTable is topics as a batch reads them: what they hold when the query is planned.
type kafkaTable struct {
	*kafka.Table
	spark *SparkSession
}

var _ planner.Readable = kafkaTable{}

func (t kafkaTable) Splits(columns []int, _ []expr.Expr) ([]connector.Split, error) {
	return t.Table.Splits(t.spark.sc.scope().ctx, columns)
}

func (s *SparkSession) openKafkaTable(ds *logical.DataSource) (resolved.Source, error) {
	t, err := kafka.NewTable(ds.Options)
	if err != nil {
		return nil, err
	}
	return kafkaTable{t, s}, nil
}
