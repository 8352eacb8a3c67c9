package engine

import (
	"strings"

	"gospark/runtime/analysis"
	"gospark/runtime/condition"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// use makes a database the current one. There is one catalog.
func (e *Engine) use(c *logical.Use) error {
	name := c.Name
	if c.Catalog || len(name) > 1 {
		if !strings.EqualFold(name[0], analysis.SessionCatalog) {
			q := types.Quote(name[0])
			return condition.New("CATALOG_NOT_FOUND", "42P08", "The catalog %s not found. Consider to set the SQL config \"spark.sql.catalog.%s\" to a catalog plugin.", q, name[0]).
				WithParam("catalogName", q).WithParam("config", `"spark.sql.catalog.`+name[0]+`"`)
		}
		if name = name[1:]; len(name) == 0 {
			return nil
		}
	}
	return e.Catalog.Use(name[len(name)-1])
}

func (e *Engine) createDatabase(c *logical.CreateDatabase) error {
	name := c.Name[len(c.Name)-1]
	if e.Catalog.HasDatabase(name) {
		if c.IfNotExists {
			return nil
		}
		q := types.Quote(name)
		return condition.New("SCHEMA_ALREADY_EXISTS", "42P06", "Cannot create schema %s because it already exists.\nChoose a different name, drop the existing schema, or add the IF NOT EXISTS clause to tolerate pre-existing schema.", q).
			WithParam("schemaName", q)
	}
	e.Catalog.SetDatabase(name, true)
	return nil
}

func (e *Engine) dropDatabase(c *logical.DropDatabase) error {
	name := c.Name[len(c.Name)-1]
	tables, err := e.Catalog.Tables(name)
	if err != nil {
		if c.IfExists {
			return nil
		}
		return err
	}
	q := types.Quote(analysis.SessionCatalog) + "." + types.Quote(name)
	switch {
	case strings.EqualFold(name, analysis.DefaultDatabase):
		return condition.New("UNSUPPORTED_FEATURE.DROP_DATABASE", "0A000", "The feature is not supported: Drop the default database %s.", q).WithParam("database", q)
	case len(tables) > 0 && !c.Cascade:
		return condition.New("SCHEMA_NOT_EMPTY", "2BP01", "Cannot drop a schema %s because it contains objects.\nUse DROP SCHEMA ... CASCADE to drop the schema and all its objects.", types.Quote(name)).
			WithParam("schemaName", types.Quote(name))
	}
	for _, t := range tables {
		if err := e.drop(&logical.DropTable{Name: []string{name, t}, IfExists: true}); err != nil {
			return err
		}
	}
	e.Catalog.SetDatabase(name, false)
	if strings.EqualFold(e.Catalog.Current(), name) {
		return e.Catalog.Use(analysis.DefaultDatabase)
	}
	return nil
}
