using System.Linq.Expressions;

namespace Purser.Server.Http;

/// <summary>One column of a list's order.</summary>
internal abstract class KeyColumn<TRow>(bool descending)
{
    public bool IsDescending { get; } = descending;

    public abstract Type Type { get; }

    public abstract object ValueOf(TRow row);

    public abstract IQueryable<TRow> Sort(IQueryable<TRow> rows, bool isFirst, bool descending);

    public abstract Expression Compare(ParameterExpression row, object value, bool descending, bool orEqual);
}

internal sealed class KeyColumn<TRow, TKey>(Expression<Func<TRow, TKey>> key, bool descending) : KeyColumn<TRow>(descending)
{
    private readonly Lazy<Func<TRow, TKey>> read = new(key.Compile);

    public override Type Type => typeof(TKey);

    public override object ValueOf(TRow row) => read.Value(row)!;

    public override IQueryable<TRow> Sort(IQueryable<TRow> rows, bool isFirst, bool descending) => (isFirst, descending) switch
    {
        (true, false) => rows.OrderBy(key),
        (true, true) => rows.OrderByDescending(key),
        (false, false) => ((IOrderedQueryable<TRow>)rows).ThenBy(key),
        (false, true) => ((IOrderedQueryable<TRow>)rows).ThenByDescending(key),
    };

    public override Expression Compare(ParameterExpression row, object value, bool descending, bool orEqual)
    {
        var left = ParameterSwap.In(key, row);

        // A captured variable becomes a parameter of the statement, so that its plan can be kept.
        Expression right = Expression.Field(Expression.Constant(new Captured((TKey)value)), nameof(Captured.Value));
        if (typeof(TKey) == typeof(string))
        {
            left = Expression.Call(typeof(string), nameof(string.Compare), null, left, right);
            right = Expression.Constant(0);
        }

        return (descending, orEqual) switch
        {
            (false, false) => Expression.GreaterThan(left, right),
            (false, true) => Expression.GreaterThanOrEqual(left, right),
            (true, false) => Expression.LessThan(left, right),
            (true, true) => Expression.LessThanOrEqual(left, right),
        };
    }

    private sealed class Captured(TKey value)
    {
        public readonly TKey Value = value;
    }
}

/// <summary>The body of a lambda with another parameter in place of its own.</summary>
internal sealed class ParameterSwap(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
{
    public static Expression In(LambdaExpression lambda, ParameterExpression parameter) => new ParameterSwap(lambda.Parameters[0], parameter).Visit(lambda.Body);

    protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
}
