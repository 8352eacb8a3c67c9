package expr

import (
	"crypto/rand"
	"fmt"
	"math"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/javarand"
	"gospark/runtime/types"
)

// Functions about the session, the task and types; random numbers; errors on purpose.

func init() {
	family("misc_funcs", []Function{
		{Name: "typeof", Sig: "any -> string", Null: Never, Bind: func(c *Call) *Impl {
			name := c.Arg(0).String()
			return boxedNulls(func(*Context, []any) (any, error) { return name, nil })
		}, Doc: "The name of the argument's type.", Example: "typeof(1) = int"},
		{Name: "version", Sig: "-> string", Null: Never, Impl: ofContext(func(c *Context) any { return c.Version }), Doc: "The version of the engine.", Example: "length(version()) >= 0 = true"},
		{Name: "current_user", Aliases: []string{"user", "session_user"}, Sig: "-> string", Null: Never, Impl: ofContext(func(c *Context) any { return c.User }), Doc: "The name of the user."},
		{Name: "current_catalog", Sig: "-> string", Null: Never, Impl: ofContext(func(c *Context) any { return c.Catalog }), Doc: "The current catalog."},
		{Name: "current_schema", SameAs: []string{"current_database"}, Sig: "-> string", Null: Never, Impl: ofContext(func(c *Context) any { return c.Database }), Doc: "The current database."},
		{Name: "spark_partition_id", Show: "SPARK_PARTITION_ID", Sig: "-> int", Null: Never, PerTask: true,
			Impl: ofContext(func(c *Context) any { return int32(c.Partition) }), Doc: "The number of the partition."},
		{Name: "input_file_name", Sig: "-> string", Null: Never, PerTask: true, Impl: ofContext(func(c *Context) any { return c.InputFile }), Doc: "The name of the file a row was read from."},
		{Name: "monotonically_increasing_id", API: "MonotonicallyIncreasingID", Sig: "-> bigint", Null: Never, Volatile: true, Impl: serial(),
			Doc: "Numbers that grow from row to row: the partition in the upper 31 bits, and the row in the lower 33."},
		{Name: "uuid", Sig: "integral? -> string", Null: Never, Volatile: true, Impl: uuid(), Doc: "A random UUID."},
		{Name: "assert_true", Sig: "boolean, string? -> void", Null: Always, Coerce: assertMessage, Impl: assertTrue(),
			Doc: "An error unless the condition is true.", Example: "assert_true(0 < 1) = NULL"},
		{Name: "raise_error", Sig: "string -> void", Null: Always, Text: func(c *Call) string {
			return "raise_error(USER_RAISED_EXCEPTION, map(errorMessage, " + c.Args[0].String() + "))"
		}, Impl: boxedNulls(func(_ *Context, a []any) (any, error) {
			if a[0] == nil {
				return nil, raised("null")
			}
			return nil, raised(a[0].(string))
		}), Doc: "An error with a message."},
	})
	family("math_funcs", []Function{
		{Name: "rand", SameAs: []string{"random"}, Exact: true, Sig: "int|bigint? -> double", Null: Never, Volatile: true, Text: randomText, Coerce: randomSeed, Bind: random(func(r *javarand.XORShift) func() float64 { return r.NextDouble }),
			Doc: "Random numbers from 0 to 1."},
		{Name: "randn", Exact: true, Sig: "int|bigint? -> double", Null: Never, Volatile: true, Text: randomText, Coerce: randomSeed, Bind: random(func(r *javarand.XORShift) func() float64 { return (&gauss{random: r}).next }),
			Doc: "Random numbers of the standard normal distribution."},
	})
	for name, t := range map[string]*types.Type{"boolean": types.Boolean, "tinyint": types.Byte, "smallint": types.Short, "int": types.Int,
		"bigint": types.Long, "float": types.Float, "double": types.Double, "decimal": types.UserDecimal, "date": types.Date,
		"timestamp": types.Timestamp, "binary": types.Binary, "string": types.String, "time": types.Time} {
		family("conversion_funcs", []Function{{Name: name, API: "To" + GoName(name), Sig: "any", Make: conversion(t),
			Doc: "The argument as " + name + "."}})
	}
}

// conversion is a type called as a function. Its name is not seen.
func conversion(t *types.Type) func(r *Request) (Expr, error) {
	return func(r *Request) (Expr, error) {
		mode := types.CastAnsi
		if r.Legacy {
			mode = types.CastLegacy
		}
		e, err := NewCast(r.Args[0], t, mode)
		if err != nil {
			return nil, err
		}
		return &Shown{Text: r.Args[0].String(), Child: e}, nil
	}
}

// ofContext is a function whose value is the same for all rows of a task.
func ofContext(f func(ctx *Context) any) *Impl {
	return boxedNulls(func(ctx *Context, _ []any) (any, error) { return f(ctx), nil })
}

// serial numbers the rows of a task in the order they are asked for.
func serial() *Impl {
	return kernelImpl(func(*Call) Kernel {
		var o out[int64]
		next := int64(0)
		return func(ctx *Context, n int, rows []int32, _ []batch.Vector) (batch.Vector, error) {
			z := o.start(n)
			return z, each(n, rows, func(i int) error {
				z.V[i] = int64(ctx.Partition)<<33 + next
				next++
				return nil
			})
		}
	}, func(*Call) RowFunc {
		return func(ctx *Context, _ []any) (any, error) { return int64(ctx.Partition) << 33, nil }
	})
}

func uuid() *Impl {
	return boxedNulls(func(*Context, []any) (any, error) {
		var b [16]byte
		if _, err := rand.Read(b[:]); err != nil {
			return nil, err
		}
		b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
		return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
	})
}

func raised(message string) *condition.Error {
	return condition.New("USER_RAISED_EXCEPTION", "P0001", "%s", message).WithParam("errorMessage", message)
}

func assertMessage(r *Request) error {
	if len(r.Args) == 1 {
		r.Args = append(r.Args, StringLit("'"+r.Args[0].String()+"' is not true!"))
	}
	return nil
}

func assertTrue() *Impl {
	return boxedNulls(func(_ *Context, a []any) (any, error) {
		if a[0] == true {
			return nil, nil
		}
		message, _ := a[1].(string)
		return nil, raised(message)
	})
}

func randomSeed(r *Request) error { return r.seed(0) }

// seed is the i-th argument, the last one, a constant; where the user left it out one is drawn.
func (r *Request) seed(i int) error {
	if len(r.Args) == i {
		var b [8]byte
		if _, err := rand.Read(b[:]); err != nil {
			return err
		}
		seed := int64(0)
		for _, x := range b {
			seed = seed<<8 | int64(x)
		}
		r.Args, r.seedless = append(r.Args, LongLit(seed)), true
		return nil
	}
	v, ok, err := r.constant(i)
	if err != nil {
		return err
	}
	if !ok {
		return notFoldable(r.Text(), "seed", types.Long, r.Args[i])
	}
	if v == nil {
		r.Args[i] = NullOf(types.Long) // drawn from as from 0
	}
	return nil
}

// random draws numbers from a generator seeded by the argument and the partition.
func random(drawing func(r *javarand.XORShift) func() float64) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		seed := int64(0)
		if v, ok := c.Constant(0); ok && v != nil {
			seed = wholeValue(v)
		}
		start := func(ctx *Context) func() float64 { return drawing(javarand.NewXORShift(seed + int64(ctx.Partition))) }
		return kernelImpl(func(*Call) Kernel {
			var o out[float64]
			var draw func() float64
			return func(ctx *Context, n int, rows []int32, _ []batch.Vector) (batch.Vector, error) {
				if draw == nil {
					draw = start(ctx)
				}
				z := o.start(n)
				return z, each(n, rows, func(i int) error { z.V[i] = draw(); return nil })
			}
		}, func(*Call) RowFunc {
			return func(ctx *Context, _ []any) (any, error) { return start(ctx)(), nil }
		})
	}
}

// gauss draws from the standard normal distribution by the polar method, as Java does: two numbers at a time.
type gauss struct {
	random *javarand.XORShift
	spare  float64
	has    bool
}

func (g *gauss) next() float64 {
	if g.has {
		g.has = false
		return g.spare
	}
	for {
		a, b := 2*g.random.NextDouble()-1, 2*g.random.NextDouble()-1
		if s := a*a + b*b; s < 1 && s != 0 {
			m := math.Sqrt(-2 * math.Log(s) / s)
			g.spare, g.has = b*m, true
			return a * m
		}
	}
}
