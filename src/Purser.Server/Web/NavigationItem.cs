using Purser.Server.People;

namespace Purser.Server.Web;

/// <summary>
/// One entry of the left navigation. Each feature registers its own (<c>services.AddNavigation(…)</c>), so that only what exists in this mode appears.
/// </summary>
/// <param name="Path">May contain <c>{account}</c>, which becomes the id of the open account; without an open account the entry is hidden.</param>
public sealed record NavigationItem(NavigationGroup Group, int Order, string Text, string Icon, string Path, Permission Permission)
{
    /// <summary>Only where somebody has no account open and runs nothing: the way to an account, and what is her own.</summary>
    public bool ForGuests { get; init; }

    public Func<ShellState, AlertCount>? Badge { get; init; }

    /// <summary>How many things wait behind it for the person's answer.</summary>
    public Func<ShellState, int>? Waiting { get; init; }

    public string? AddressIn(ShellState shell)
    {
        if (!Path.Contains("{account}", StringComparison.Ordinal)) return Path;
        return shell.Account is { } account ? Path.Replace("{account}", account.Id, StringComparison.Ordinal) : null;
    }
}

/// <summary>In the order they are shown; the first has no heading.</summary>
public enum NavigationGroup { Work, Account, Operator }

public static class NavigationRegistration
{
    public static IServiceCollection AddNavigation(this IServiceCollection services, params NavigationItem[] items)
    {
        foreach (var item in items) services.AddSingleton(item);
        return services;
    }
}
