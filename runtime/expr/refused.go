package expr

import (
	"strings"

	"gospark/runtime/condition"
)

// Functions of Spark's that are not here. They are in the registry so that a call of one says why.

// refusals are reasons and the functions they are about.
var refusals = map[string]string{
	"its sketches are binary formats of the DataSketches library for Java; use approx_count_distinct, approx_percentile or the exact functions": `
		approx_top_k approx_top_k_accumulate approx_top_k_combine approx_top_k_estimate count_min_sketch
		hll_sketch_agg hll_sketch_estimate hll_union hll_union_agg
		kll_merge_agg_bigint kll_merge_agg_double kll_merge_agg_float kll_sketch_agg_bigint kll_sketch_agg_double kll_sketch_agg_float
		kll_sketch_get_n_bigint kll_sketch_get_n_double kll_sketch_get_n_float kll_sketch_get_quantile_bigint kll_sketch_get_quantile_double
		kll_sketch_get_quantile_float kll_sketch_get_rank_bigint kll_sketch_get_rank_double kll_sketch_get_rank_float kll_sketch_merge_bigint
		kll_sketch_merge_double kll_sketch_merge_float kll_sketch_to_string_bigint kll_sketch_to_string_double kll_sketch_to_string_float
		theta_difference theta_intersection theta_intersection_agg theta_sketch_agg theta_sketch_estimate theta_union theta_union_agg
		tuple_difference_double tuple_difference_integer tuple_difference_theta_double tuple_difference_theta_integer
		tuple_intersection_agg_double tuple_intersection_agg_integer tuple_intersection_double tuple_intersection_integer
		tuple_intersection_theta_double tuple_intersection_theta_integer tuple_sketch_agg_double tuple_sketch_agg_integer
		tuple_sketch_estimate_double tuple_sketch_estimate_integer tuple_sketch_summary_double tuple_sketch_summary_integer
		tuple_sketch_theta_double tuple_sketch_theta_integer tuple_union_agg_double tuple_union_agg_integer tuple_union_double
		tuple_union_integer tuple_union_theta_double tuple_union_theta_integer`,
	"there is no reader of Avro or Protocol Buffers": `from_avro to_avro schema_of_avro from_protobuf to_protobuf`,
	"there is no XML": `from_xml to_xml schema_of_xml xpath xpath_boolean xpath_double xpath_float xpath_int xpath_long xpath_number
		xpath_short xpath_string`,
	"there is no type VARIANT; use from_json with a schema, or get_json_object": `parse_json try_parse_json to_variant_object variant_get
		try_variant_get is_variant_null is_valid_variant schema_of_variant schema_of_variant_agg variant_explode variant_explode_outer`,
	"there are no geographic types":               `st_asbinary st_geogfromwkb st_geomfromwkb st_setsrid st_srid`,
	"strings have one order, that of their bytes": `collate collation collations`,
	"there is no Java; define a function in Go":   `java_method reflect try_reflect`,
	"there are no vectors; use transform, zip_with and aggregate": `vector_avg vector_cosine_similarity vector_inner_product
		vector_l2_distance vector_norm vector_normalize vector_sum`,
	"there are no metric views": `measure`,
	"there is no Python":        `python_worker_logs`,
}

func init() {
	var table []Function
	for why, names := range refusals {
		for _, name := range strings.Fields(names) {
			table = append(table, Function{Name: name, Sig: "any*", Refused: true, Doc: "Not here: " + why + ".", Make: func(r *Request) (Expr, error) {
				return nil, condition.New("", "0A000", "function %s is not here: %s", quotedID(r.Name), why)
			}})
		}
	}
	family("refused_funcs", table)
}
