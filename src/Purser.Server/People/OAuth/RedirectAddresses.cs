using Purser.Server.Commands;

namespace Purser.Server.People.OAuth;

/// <summary>Where a browser may be sent back to: compared letter by letter, so that no code can be led elsewhere (RFC 9700 2.1).</summary>
public static class RedirectAddresses
{
    private const int Most = 10;
    private const int Longest = 500;

    public static IReadOnlyList<string> Read(string lines) => lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static string Write(IEnumerable<string> addresses) => string.Join('\n', addresses.Select(address => address.Trim()).Where(address => address.Length > 0).Distinct());

    public static Refusal? Problem(IReadOnlyList<string> addresses, string field) =>
        addresses.Count > Most ? Verdict.Refused(RefusalCode.InvalidInput, $"Name at most {Most} addresses.", field)
        : addresses.FirstOrDefault(address => !IsGood(address.Trim())) is { } bad
            ? Verdict.Refused(RefusalCode.InvalidInput, $"'{bad}' cannot be gone back to: name an https address without a fragment; http is for localhost only.", field)
            : null;

    private static bool IsGood(string address) => address.Length <= Longest
        && Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
}
