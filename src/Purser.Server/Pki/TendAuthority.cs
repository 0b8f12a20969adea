using System.Globalization;
using Purser.Server.Jobs;

namespace Purser.Server.Pki;

/// <summary>Begins new keys before the old ones run out, and publishes what was revoked (docs/issuance.md).</summary>
public sealed class TendAuthority(AuthorityKeys keys, RevocationLists lists) : IJob
{
    public const string Name = "pki.tend";

    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    public async Task<string> RunAsync(CancellationToken cancellation)
    {
        var made = await keys.RefreshAsync(cancellation);
        var built = await lists.BuildDueAsync(cancellation);
        return string.Create(CultureInfo.InvariantCulture, $"{made} keys made, {built} revocation lists built");
    }
}
