using System.Globalization;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Pki;

/// <summary>What anybody may know of the authority's keys: its root, and which certificates are revoked.</summary>
public static class PkiEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/pki/root.pem", (AuthorityKeys keys) => TypedResults.Text(keys.RootPem, "application/x-pem-file"))
            .Requires(Permission.Anonymous).ExcludeFromDescription();
        routes.MapGet("/pki/crl/{list}.crl", RevocationListAsync).Requires(Permission.Anonymous).ExcludeFromDescription();
    }

    private static async Task<IResult> RevocationListAsync(string list, Database database, CancellationToken cancellation)
    {
        var parts = list.Split('-');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var issuingKeyId)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var shard))
        {
            return TypedResults.NotFound();
        }

        await using var db = database.Read();
        return await db.RevocationLists.FindAsync([issuingKeyId, shard], cancellation) is { } found
            ? TypedResults.Bytes(found.Content, "application/pkix-crl")
            : TypedResults.NotFound();
    }
}
