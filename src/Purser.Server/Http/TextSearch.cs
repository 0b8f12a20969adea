using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Purser.Server.Http;

/// <summary>What a search box asks of a column: the typed words anywhere in it, whatever the case, on both engines.</summary>
public static class TextSearch
{
    public const int Longest = 200;
    private const string Escape = "\\";

    private static readonly MethodInfo ToLower = typeof(string).GetMethod(nameof(string.ToLower), Type.EmptyTypes)!;

    private static readonly MethodInfo Like = typeof(DbFunctionsExtensions).GetMethod(
        nameof(DbFunctionsExtensions.Like), [typeof(DbFunctions), typeof(string), typeof(string), typeof(string)])!;

    public static IQueryable<TRow> WhereContains<TRow>(this IQueryable<TRow> rows, Expression<Func<TRow, string>> column, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return rows;
        }

        if (text.Length > Longest)
        {
            throw TooLong();
        }

        var pattern = $"%{Escaped(text.Trim().ToLowerInvariant())}%";
        Expression<Func<string>> captured = () => pattern;
        var row = Expression.Parameter(typeof(TRow), "row");
        var lowered = Expression.Call(ParameterSwap.In(column, row), ToLower);
        var matches = Expression.Call(Like, Expression.Constant(EF.Functions), lowered, captured.Body, Expression.Constant(Escape));
        return rows.Where(Expression.Lambda<Func<TRow, bool>>(matches, row));
    }

    public static BadHttpRequestException TooLong() => new($"Search for at most {Longest} characters.");

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
