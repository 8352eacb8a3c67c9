// Package expr is typed expressions: what an unresolved expression (package logical) becomes once its names are found
// and its types are known. It holds the tree, its evaluation over columns, and the registry of functions, one file a
// family.
//
// # Trees
//
// An [Expr] is immutable and may be shared between plans. Columns are named by identity ([Attr]) until the planner puts
// positions in their place ([Col], by [Bind]). String is the text Spark names a column by: (a + 1), count(1).
// [Resolve] makes calls of functions: it converts the arguments as Spark's ANSI mode does, and its errors are Spark's.
//
// # Evaluation
//
// [Compile] makes an [Evaluator] from a tree whose columns are positions, [CompileAll] one of several trees that share
// what they have in common. An evaluator belongs to one task. It computes the rows it is asked for, given as positions in
// the batch, and returns a vector in which exactly those positions have a meaning: so a column evaluates to itself, a
// selection is never copied, and an error (ANSI: overflow, division by zero, a malformed cast) is raised only for rows
// that count. CASE, IF, AND, OR, COALESCE and TRY evaluate their branches on the rows that reach them.
//
// [EvalRow] computes the same for one row of boxed values. It is derived from the same entries, and is what the tests
// compare columns with.
//
// # How to write a family of functions
//
// A family is one file (or a few) with one table, registered from init:
//
//	func init() {
//		family("string_funcs", []Function{
//			{Name: "upper", Aliases: []string{"ucase"}, Sig: "string -> string", Impl: fn1(strings.ToUpper),
//				Doc: "The string in upper case.", Example: "upper('SparkSql') = SPARKSQL"},
//			...
//		})
//	}
//
// Sig says which arguments the function takes and what it yields; [signature] has its language. Coercion, the messages
// of wrong arguments, defaults and the text of the column follow from it. What it cannot say is done by Coerce (before:
// it may change r.Args), Check (after: refuse, with the helpers in errors.go), Ret (the result type, for "?") and Make
// (the call stands for another expression). An argument that is NULL makes the result NULL and nullable; say Null: Never
// or Null: Always, or NullIf, where that is not so.
//
// An implementation is, in the order of preference:
//
//   - [fn1], [fn2], [fn3] of a Go function on physical types (package types says which: a date is an int32, binary a
//     string), or with the endings e (may fail), n (false: NULL) and x (both, and the context). They are never called for
//     NULL.
//     byKind chooses one by the type of the first argument; Bind by anything else, constants included
//     (c.Constant(1): compile a pattern once; an argument is a constant when analysis has folded it).
//   - boxed and boxedNulls, for values with parts (arrays are []any, maps types.MapValue, structs types.Row) and for
//     functions of many arguments.
//   - kernelImpl, a hand-written loop with its reference, for the hot ones: see operators_arith.go.
//   - lazyImpl for functions that do not evaluate all arguments: see conditional.go.
//   - higherImpl for functions with lambdas.
//
// Aggregates have Agg: an [Accumulator] over dense group numbers (accumulate.go has the three kinds that most of them are), window functions Window, generators
// Gen. A function that only stands for an expression of others is made by standsFor: nvl2(a, b, c).
//
// Each entry has Doc and an Example, SQL with " = " and what it yields: a test evaluates them. Another test compares
// all scalar functions over columns with EvalRow, for random expressions, nulls, narrowed rows, and both ANSI modes: a
// function must not panic for anything of its types, must not be NULL if it said so, and its kernel must agree with its
// row. The third runs recorded statements, testdata/sql: one that is an expression, or aggregates of one group, over
// nothing or VALUES is checked for its column's name, type, nullability, value or error.
package expr
