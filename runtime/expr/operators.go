package expr

import (
	"fmt"
	"strings"

	"gospark/runtime/types"
)

// The table of operators. The parser calls them by their symbols; some have names users may call too.

var (
	arithTypes = []string{"numeric", "daytime", "yearmonth", "interval"}
	divTypes   = []string{"double", "decimal"}
	plainTypes = []string{"numeric"}
	bitTypes   = []string{"integral"}
)

func init() {
	family("math_funcs", []Function{
		{Name: "+", API: "Plus", Sig: "any, any?", Make: arithmetic, Ret: decimalResult(types.AddType), Bind: addition.bind(false),
			Text: signed("+"), Commutative: true,
			Doc: "The sum of two numbers or intervals, or a date or timestamp moved by an interval.", Example: "1 + 2 = 3"},
		{Name: "-", API: "Minus", Sig: "any, any?", Make: arithmetic, Ret: decimalResult(types.AddType), Bind: subtraction.bind(false),
			Text: signed("-"), Doc: "The difference of two numbers, intervals, dates or timestamps.", Example: "2 - 1 = 1"},
		{Name: "*", API: "Multiply", Sig: "any, any", Make: arithmetic, Ret: decimalResult(types.MulType), Bind: multiplication.bind(false),
			Text: infix("*"), Commutative: true,
			Doc: "The product of two numbers, or of an interval and a number.", Example: "2 * 3 = 6"},
		{Name: "/", API: "Divide", Sig: "any, any", Make: arithmetic, Ret: decimalResult(types.DivType), Bind: divide(false),
			Text: infix("/"), Null: Always, Doc: "The quotient as a double, or a decimal if one side is a decimal and none a float.", Example: "3 / 2 = 1.5"},
		{Name: "div", Sig: "any, any -> bigint", Coerce: divOperands, Bind: quotient, Text: infix("div"), Null: Always,
			Doc: "The whole part of the quotient.", Example: "3 div 2 = 1"},
		{Name: "%", Aliases: []string{"mod"}, API: "Mod", Sig: "any, any", Coerce: remainderOperands, Ret: decimalResult(types.RemType),
			Bind: remainder(false, false), Null: Always, Text: symbolOr("%"),
			Doc: "The remainder of the division, with the sign of the dividend.", Example: "2 % 1.8 = 0.2"},
		{Name: "pmod", Sig: "any, any", Coerce: remainderOperands, Ret: decimalResult(types.RemType), Bind: remainder(true, false), Null: Always,
			Doc: "The remainder that is not negative (for a positive divisor).", Example: "pmod(-10, 3) = 2"},
		{Name: "try_add", Sig: "any, any", Make: arithmetic, Ret: decimalResult(types.AddType), Bind: addition.bind(true), Null: Always,
			Doc: "The sum, or NULL on overflow.", Example: "try_add(2147483647, 1) = NULL"},
		{Name: "try_subtract", Sig: "any, any", Make: arithmetic, Ret: decimalResult(types.AddType), Bind: subtraction.bind(true), Null: Always,
			Doc: "The difference, or NULL on overflow.", Example: "try_subtract(2, 1) = 1"},
		{Name: "try_multiply", Sig: "any, any", Make: arithmetic, Ret: decimalResult(types.MulType), Bind: multiplication.bind(true), Null: Always,
			Doc: "The product, or NULL on overflow.", Example: "try_multiply(2, 3) = 6"},
		{Name: "try_divide", Sig: "any, any", Make: arithmetic, Ret: decimalResult(types.DivType), Bind: divide(true), Null: Always,
			Doc: "The quotient, or NULL if the divisor is 0.", Example: "try_divide(3, 2) = 1.5"},
		{Name: "try_mod", Sig: "any, any", Coerce: remainderOperands, Ret: decimalResult(types.RemType), Bind: remainder(false, true), Null: Always,
			Doc: "The remainder, or NULL if the divisor is 0.", Example: "try_mod(5, 3) = 2"},
		{Name: "negative", Sig: "numeric|daytime|yearmonth|interval -> $1", Coerce: stringAsDouble, Bind: negative, Text: minusText,
			Doc: "The number with the opposite sign.", Example: "negative(1) = -1"},
		{Name: "positive", Sig: "numeric|daytime|yearmonth|interval -> $1", Coerce: stringAsDouble, Text: plusText, Make: func(r *Request) (Expr, error) {
			text := r.Text()
			e, err := r.build()
			if err != nil {
				return nil, err
			}
			return &Shown{Text: text, Child: e.(*Call).Args[0]}, nil
		}, Doc: "The number itself.", Example: "positive(1) = 1"},
		{Name: "abs", Sig: "numeric|daytime|yearmonth -> $1", Coerce: stringAsDouble, Bind: absolute,
			Doc: "The number without its sign.", Example: "abs(-1) = 1"},
	})
	family("predicate_funcs", []Function{
		{Name: "=", Aliases: []string{"=="}, API: "EqualTo", Sig: "any, any -> boolean", Coerce: comparison, Bind: order{equal: true}.bind,
			Text: infix("="), Commutative: true, Doc: "Whether both sides are equal.", Example: "2 = 2 = true"},
		{Name: "<", API: "Lt", Sig: "any, any -> boolean", Coerce: comparison, Bind: order{less: true}.bind, Text: infix("<"),
			Doc: "Whether the left side is less than the right.", Example: "1 < 2 = true"},
		{Name: "<=", API: "Leq", Sig: "any, any -> boolean", Coerce: comparison, Bind: order{less: true, equal: true}.bind, Text: infix("<="),
			Doc: "Whether the left side is less than or equal to the right.", Example: "2 <= 2 = true"},
		{Name: ">", API: "Gt", Sig: "any, any -> boolean", Coerce: comparison, Bind: order{less: true, swap: true}.bind, Text: infix(">"),
			Doc: "Whether the left side is greater than the right.", Example: "2 > 1 = true"},
		{Name: ">=", API: "Geq", Sig: "any, any -> boolean", Coerce: comparison, Bind: order{less: true, equal: true, swap: true}.bind, Text: infix(">="),
			Doc: "Whether the left side is greater than or equal to the right.", Example: "2 >= 1 = true"},
		{Name: "<=>", API: "EqNullSafe", Sig: "any, any -> boolean", Coerce: comparison, Bind: nullSafe, Text: infix("<=>"), Null: Never, Commutative: true,
			Doc: "Whether both sides are equal or both are NULL.", Example: "NULL <=> NULL = true"},
		{Name: "equal_null", Sig: "any, any -> boolean", Make: func(r *Request) (Expr, error) {
			e, err := Resolve("<=>", r.Args, r.Options)
			if err != nil {
				return nil, err
			}
			return &Shown{Text: r.Text(), Child: e}, nil
		}, Doc: "Whether both are equal or both are NULL.", Example: "equal_null(3, 3) = true"},
		{Name: "!=", Aliases: []string{"<>"}, API: "NotEqual", Sig: "any, any -> boolean", Make: func(r *Request) (Expr, error) {
			e, err := Resolve("=", r.Args, r.Options)
			if err != nil {
				return nil, err
			}
			return Resolve("not", []Expr{e}, r.Options)
		}, Doc: "Whether the sides differ.", Example: "1 != 2 = true"},
		{Name: "and", Sig: "boolean, boolean -> boolean", Coerce: truths, Text: infix("AND"), Impl: logic(false),
			Doc: "Whether both are true.", Example: "true and false = false"},
		{Name: "or", Sig: "boolean, boolean -> boolean", Coerce: truths, Text: infix("OR"), Impl: logic(true),
			Doc: "Whether one of both is true.", Example: "true or false = true"},
		{Name: "not", SameAs: []string{"!"}, Sig: "boolean -> boolean", Impl: fn1(func(b bool) bool { return !b }),
			Text: func(c *Call) string { return "(NOT " + c.Args[0].String() + ")" },
			Doc:  "The opposite of a truth value.", Example: "not true = false"},
		{Name: "between", Sig: "any, any, any -> boolean", Make: between, Doc: "Whether the first is not less than the second nor greater than the third.",
			Example: "between(2, 1, 3) = true"},
	})
	family("bitwise_funcs", []Function{
		{Name: "&", API: "BitwiseAND", Sig: "any, any -> $1", Coerce: bitOperands, Bind: bitwise(0), Text: infix("&"), Commutative: true,
			Doc: "The bits that are set in both.", Example: "3 & 5 = 1"},
		{Name: "|", API: "BitwiseOR", Sig: "any, any -> $1", Coerce: bitOperands, Bind: bitwise(1), Text: infix("|"), Commutative: true,
			Doc: "The bits that are set in one of both.", Example: "3 | 5 = 7"},
		{Name: "^", API: "BitwiseXOR", Sig: "any, any -> $1", Coerce: bitOperands, Bind: bitwise(2), Text: infix("^"), Commutative: true,
			Doc: "The bits that are set in exactly one.", Example: "3 ^ 5 = 6"},
		{Name: "~", API: "BitwiseNot", Exact: true, Sig: "integral -> $1", Bind: byKind{types.ByteKind: fn1(invert[int8]), types.ShortKind: fn1(invert[int16]),
			types.IntKind: fn1(invert[int32]), types.LongKind: fn1(invert[int64])}.bind,
			Text: func(c *Call) string { return "~" + c.Args[0].String() }, Doc: "All bits inverted.", Example: "~ 0 = -1"},
		{Name: "shiftleft", Aliases: []string{"<<"}, API: "ShiftLeft", Sig: "int|bigint, int -> $1", Text: symbolOr("<<"),
			Bind: byKind{types.IntKind: fn2(func(x, n int32) int32 { return x << (n & 31) }),
				types.LongKind: fn2(func(x int64, n int32) int64 { return x << (n & 63) })}.bind,
			Doc: "The bits moved to the left.", Example: "shiftleft(2, 1) = 4"},
		{Name: "shiftright", Aliases: []string{">>"}, API: "ShiftRight", Sig: "int|bigint, int -> $1", Text: symbolOr(">>"),
			Bind: byKind{types.IntKind: fn2(func(x, n int32) int32 { return x >> (n & 31) }),
				types.LongKind: fn2(func(x int64, n int32) int64 { return x >> (n & 63) })}.bind,
			Doc: "The bits moved to the right, the sign kept.", Example: "shiftright(4, 1) = 2"},
		{Name: "shiftrightunsigned", Aliases: []string{">>>"}, API: "ShiftRightUnsigned", Sig: "int|bigint, int -> $1", Text: symbolOr(">>>"),
			Bind: byKind{types.IntKind: fn2(func(x, n int32) int32 { return int32(uint32(x) >> (n & 31)) }),
				types.LongKind: fn2(func(x int64, n int32) int64 { return int64(uint64(x) >> (n & 63)) })}.bind,
			Doc: "The bits moved to the right, filled with zeros.", Example: "shiftrightunsigned(4, 1) = 2"},
	})
}

func invert[T whole](x T) T { return ^x }

func bitwise(op int) func(c *Call) *Impl {
	return func(c *Call) *Impl {
		return byKind{types.ByteKind: bits2[int8](op), types.ShortKind: bits2[int16](op), types.IntKind: bits2[int32](op),
			types.LongKind: bits2[int64](op)}.bind(c)
	}
}

func bits2[T whole](op int) *Impl {
	switch op {
	case 0:
		return fn2(func(x, y T) T { return x & y })
	case 1:
		return fn2(func(x, y T) T { return x | y })
	}
	return fn2(func(x, y T) T { return x ^ y })
}

// signed is the text of + and -, which may have one operand.
func signed(symbol string) func(c *Call) string {
	return func(c *Call) string {
		if len(c.Args) == 1 {
			return "(" + symbol + " " + c.Args[0].String() + ")"
		}
		return infixText(symbol, c.Args)
	}
}

func minusText(c *Call) string {
	if c.Name == "-" {
		return "(- " + c.Args[0].String() + ")"
	}
	return c.Name + "(" + join(c.Args) + ")"
}

func plusText(c *Call) string { return "(+ " + c.Args[0].String() + ")" }

// symbolOr writes the call as an operator, unless the user called it by a name.
func symbolOr(symbol string) func(c *Call) string {
	return func(c *Call) string {
		if c.Name != symbol {
			return c.Name + "(" + join(c.Args) + ")"
		}
		return infixText(symbol, c.Args)
	}
}

// arithmetic resolves + - * / and their try_ forms: about numbers, or about dates and intervals.
func arithmetic(r *Request) (Expr, error) {
	symbol := map[string]string{"try_add": "+", "try_subtract": "-", "try_multiply": "*", "try_divide": "/"}[r.Fn.Name]
	if symbol == "" {
		symbol = r.Fn.Name
	}
	if len(r.Args) == 1 {
		f := Lookup(map[string]string{"+": "positive", "-": "negative"}[symbol])
		return (&Request{Fn: f, Name: symbol, Args: r.Args, Options: r.Options, name: symbol}).resolve()
	}
	if e, err := temporal(symbol, r); e != nil || err != nil {
		if err == nil && symbol != r.Fn.Name {
			e = &Shown{Text: r.Text(), Child: tryOf(e)}
		}
		return e, err
	}
	if symbol != r.Fn.Name && (r.Args[0].Type().Text() || r.Args[1].Type().Text()) {
		// The reading of the text is tried too.
		shown := r.Text()
		e, err := Resolve(symbol, r.Args, r.Options)
		if err != nil {
			return nil, err
		}
		return &Shown{Text: shown, Child: tryOf(e)}, nil
	}
	text := infixShown(symbol, r.Args)
	accepts := map[string][]string{"+": arithTypes, "-": arithTypes, "*": plainTypes, "/": divTypes}[symbol]
	if symbol == "/" {
		r.Args = divisionOperands(r.Args)
	}
	args, err := operands(text, r.Args, accepts)
	if err != nil {
		return nil, err
	}
	r.Args = args
	return r.build()
}

// divisionOperands are whole numbers as doubles; NULL takes part as one.
func divisionOperands(args []Expr) []Expr {
	a, b := args[0], args[1]
	if t := promoted(a.Type(), b.Type()); t != nil {
		a, b = Implicit(a, t), Implicit(b, t)
	}
	a, b = decimalOperands(a, b)
	plainNumber := func(t *types.Type) bool {
		return t.Numeric() && t.Kind != types.DecimalKind || t.Kind == types.VoidKind
	}
	if plainNumber(a.Type()) && plainNumber(b.Type()) {
		return []Expr{Implicit(a, types.Double), Implicit(b, types.Double)}
	}
	return []Expr{a, b}
}

func divOperands(r *Request) error {
	text := infixShown("div", r.Args)
	a, b := r.Args[0], r.Args[1]
	args, err := operands(text, []Expr{a, b}, []string{"bigint", "decimal", "integral", "yearmonth", "daytime"})
	if err != nil {
		return err
	}
	for i, x := range args {
		if x.Type().Integral() {
			args[i] = Implicit(x, types.Long)
		}
	}
	r.Args = args
	return nil
}

func remainderOperands(r *Request) error {
	args, err := operands(r.shown(), r.Args, plainTypes)
	r.Args = args
	return err
}

// truths are the operands of AND and OR.
func truths(r *Request) error {
	if isVoid(r.Args[0]) && isVoid(r.Args[1]) {
		return nil
	}
	symbol := strings.ToUpper(r.Fn.Name)
	args, err := operands(infixShown(symbol, r.Args), r.Args, []string{"boolean"})
	if err != nil {
		return err
	}
	r.Args = args
	return nil
}

func bitOperands(r *Request) error {
	args, err := operands(infixShown(r.Fn.Name, r.Args), r.Args, bitTypes)
	if err != nil {
		return err
	}
	r.Args = args
	return nil
}

// stringAsDouble lets a string stand for a number.
func stringAsDouble(r *Request) error {
	if r.Args[0].Type().Text() {
		r.Args[0] = Implicit(r.Args[0], types.Double)
	}
	return nil
}

// decimalResult is the type of an operator: its rule for decimals, and the type of its operands otherwise.
func decimalResult(rule func(a, b *types.Type, loss bool) *types.Type) func(args []Expr) *types.Type {
	return func(args []Expr) *types.Type {
		if t := args[0].Type(); t.Kind != types.DecimalKind || len(args) < 2 {
			return t
		}
		return rule(args[0].Type(), args[1].Type(), true)
	}
}

func between(r *Request) (Expr, error) {
	text := r.Text()
	lo, err := Resolve(">=", []Expr{r.Args[0], r.Args[1]}, r.Options)
	if err != nil {
		return nil, err
	}
	hi, err := Resolve("<=", []Expr{r.Args[0], r.Args[2]}, r.Options)
	if err != nil {
		return nil, err
	}
	both, err := Resolve("and", []Expr{lo, hi}, r.Options)
	if err != nil {
		return nil, fmt.Errorf("expr: %s: %w", text, err)
	}
	return &Shown{Text: text, Child: both}, nil
}
