using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Protocol.Wire;
using Purser.Server.Accounts;
using Purser.Server.Devices;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Server.Usage.Trust;

namespace Purser.Server.Usage.Push;

/// <summary>Finds out who pushes: by the registration token that comes with a trust request, or by the key of a trust code.</summary>
public sealed class PushSenders(Database database, DomainClock clock)
{
    private const string GetTrust = "Ask for one: license smart trust idtoken TOKEN local";

    /// <param name="tenant">The Smart Account that the address names; null: it names none.</param>
    internal async Task<WireResult<PushSender>> FindAsync(PushRequest request, string? tenant, CancellationToken cancellation)
    {
        await using var db = database.Read();
        var found = request.Message.IdToken is { } token ? await ByTokenAsync(db, request, token, cancellation) : await BySignatureAsync(db, request, cancellation);
        if (!found.IsOk)
        {
            return found;
        }

        var account = await db.Accounts.FirstAsync(row => row.Id == found.Value.AccountId, cancellation);
        return tenant is not null && !Names(tenant, account)
            ? new WireRefusal(WireCode.NotAllowed, $"The address ends with {tenant}, and this product instance does not belong there. Set the address with the domain of its Smart Account, or without any")
            : account.Status != AccountStatus.Active
            ? new WireRefusal(WireCode.NotAllowed, "The Smart Account of this product instance is not active. Ask its administrator")
            : found;
    }

    /// <summary>Who was let in before, whose file is worked off now; null: it was removed meanwhile.</summary>
    internal async Task<PushSender?> FindAsync(PushedFile file, CancellationToken cancellation)
    {
        await using var db = database.Read(file.AccountId);
        return await db.Devices.FirstOrDefaultAsync(row => row.AccountId == file.AccountId && row.Id == file.DeviceId && row.State == DeviceState.Registered, cancellation) is { } device
            ? await SenderAsync(db, device, 0, cancellation)
            : null;
    }

    private static async Task<WireResult<PushSender>> ByTokenAsync(PurserContext db, PushRequest request, string text, CancellationToken cancellation)
    {
        if (RegistrationTokenText.HashOf(text.Trim()) is not { } hash || await db.TokenDirectory.FirstOrDefaultAsync(row => row.TextHash == hash, cancellation) is not { } entry
            || await db.RegistrationTokens.FirstOrDefaultAsync(row => row.AccountId == entry.AccountId && row.Id == entry.TokenId, cancellation) is not { } token)
        {
            return new WireRefusal(WireCode.TokenInvalid, "No Smart Account has this token. Check that it was copied whole");
        }

        var udi = request.Message.Udi;
        return new PushSender(token.AccountId, token.VirtualAccountId, 0, 0, udi.Display, [udi.Key]) { TokenId = token.Id };
    }

    private async Task<WireResult<PushSender>> BySignatureAsync(PurserContext db, PushRequest request, CancellationToken cancellation)
    {
        if (request.TrustId is not { } named)
        {
            return new WireRefusal(WireCode.BadSignature, $"The authority takes what is signed with the key of a trust code. {GetTrust}");
        }

        var trust = long.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? await db.IssuedTrusts.FirstOrDefaultAsync(row => row.Id == id, cancellation) : null;
        var device = trust is null ? null : await db.Devices.FirstOrDefaultAsync(row => row.AccountId == trust.AccountId && row.Id == trust.DeviceId && row.State == DeviceState.Registered, cancellation);
        if (device is null)
        {
            return new WireRefusal(WireCode.IdentityInvalid, $"The authority does not know the trust code {named}, or its product instance was removed. {GetTrust}");
        }

        using var key = MessageSignature.ImportPublicKey(trust!.PublicKey).Value;
        if (!request.IsSignedBy(key))
        {
            return new WireRefusal(WireCode.BadSignature, $"The signature does not fit the key of the trust code {named}: the message was altered on its way, or another key signed it");
        }

        var sender = await SenderAsync(db, device, trust.Id, cancellation);
        return Problem(request.Message, trust, sender) is { } problem ? problem : sender with { IsReplaced = trust.EndedAt is not null };
    }

    private WireRefusal? Problem(PushMessage message, IssuedTrust trust, PushSender sender) =>
        !sender.SpeaksFor(message.Udi) ? new WireRefusal(WireCode.BadSignature, $"The trust code {trust.Id} is not of {message.Udi.Display}. {GetTrust}")
        : trust.ValidUntil <= clock.Now ? new WireRefusal(WireCode.CertificateExpired, $"The trust code {trust.Id} has expired. {GetTrust}")
        : trust.EndedAt is not null && message.Kind != PushKind.Trust ? Replaced(trust.Id)
        : null;

    internal static WireRefusal Replaced(long trust) =>
        new(WireCode.IdentityInvalid, $"A later trust code took the place of the trust code {trust}. Import that one on the product instance: license smart import FILE. Or ask for another: license smart trust idtoken TOKEN local force");

    private static async Task<PushSender> SenderAsync(PurserContext db, Device device, long trustId, CancellationToken cancellation)
    {
        var units = await db.IssuedTrusts.Where(row => row.AccountId == device.AccountId && row.DeviceId == device.Id).Select(row => row.Udi).Distinct().ToListAsync(cancellation);
        return new PushSender(device.AccountId, device.VirtualAccountId, device.Id, trustId, DeviceNaming.Plain(device.DisplayName), [HaUnits.RegisteredUdi(device).Key, .. units]);
    }

    /// <summary>By its domain, or as the published list of tenants writes it (API reference: cslu_tenant_url).</summary>
    private static bool Names(string tenant, Account account) =>
        tenant.Equals(account.Domain, StringComparison.OrdinalIgnoreCase) || tenant.Equals($"{account.Name}-1", StringComparison.OrdinalIgnoreCase);
}
