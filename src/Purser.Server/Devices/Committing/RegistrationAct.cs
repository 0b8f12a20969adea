using System.Diagnostics.CodeAnalysis;
using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Catalog;
using Purser.Server.Devices.Door;
using Purser.Server.Devices.Rules;
using Purser.Server.Events;
using Purser.Server.Pki;
using Purser.Server.Reservations;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Tokens;

namespace Purser.Server.Devices.Committing;

/// <summary>Carries out a registration: the row, its history, the token's use, and the issuance that the device waits for.</summary>
internal sealed class RegistrationAct(
    BatchBook book, IdentityActs identity, HighAvailabilityAct units, CatalogSnapshot catalog, IdSource ids, PurserSettings settings)
{
    private BatchState State => book.State;

    /// <summary>Are all heads that the registration may write to locked? The device may meanwhile have appeared in an account nobody thought of.</summary>
    public bool CanDecide(DeviceMessage message)
    {
        if (!TryToken(message, out var token))
        {
            return !State.HasLostToken;
        }

        var existing = PlaceOf(message, out _, out _);
        return State.Heads.ContainsKey(token.Row.AccountId) && (existing is not { } place || (State.Devices.ContainsKey(place) && State.Heads.ContainsKey(place.AccountId)));
    }

    public bool KnowsToken(DeviceMessage message) => TryToken(message, out _);

    /// <returns>Null: the product instance has to change its virtual account first, <paramref name="move"/> says how.</returns>
    public RuleVerdict<PendingIdentity>? Carry(DeviceMessage message, out RegistrationMove? move)
    {
        move = null;
        var request = (RegistrationRequest)message.Request.Body;
        TryToken(message, out var token);
        var existing = PlaceOf(message, out var product, out var isUnit) is { } known ? State.Devices[known] : null;
        var verdict = RegistrationRules.Decide(
            new RegistrationFacts
            {
                TokenText = request.Token,
                SoftwareTag = request.SoftwareTag,
                Token = token?.Row,
                Account = token?.Account,
                Product = product,
                Existing = existing?.Row,
                IsUnit = isUnit,
                KeyFingerprint = message.KeyFingerprint,
                ExistingHoldsRestricted = existing?.Uses.Values.Any(use => use.IsLocked) ?? false,
                Force = request.Force,
                ForceCrossesAccounts = settings.Devices.ForceAcrossAccounts,
                NewestAgreement = State.NewestAgreement,
                AgreementBlocks = settings.Agreement.BlocksRegistration,
            },
            State.Now);
        if (verdict.Refusal is { } refusal)
        {
            return refusal;
        }

        if (units.Judge(message.Request.Header, existing?.Row, product!.Id, isRegistration: true) is { } problem)
        {
            return problem;
        }

        if (verdict.Value == RegistrationKind.MovedWithRestricted)
        {
            move = new RegistrationMove(existing!.Place.AccountId, existing.Row.VirtualAccountId, token!.Row.VirtualAccountId, existing.Row.Id);
            return null;
        }

        if (verdict.Value == RegistrationKind.GivesUpReservation)
        {
            move = new RegistrationMove(existing!.Place.AccountId, existing.Row.VirtualAccountId, token!.Row.VirtualAccountId, existing.Row.Id)
            {
                GivenUp = new GiveUpReservation.Input(existing.Row.Id, token.Row.AccountId, token.Row.VirtualAccountId, request.ReturnCode),
            };
            return null;
        }

        token!.Row.Uses++;
        token.Row.LastUsedAt = State.Now;
        token.IsChanged = true;
        return verdict.Value switch
        {
            RegistrationKind.New => Begin(message, request, token, product),
            RegistrationKind.FromSet => Leave(message, request, token, product, existing!),
            RegistrationKind.FromOtherAccount => Replace(message, request, token, product, existing!),
            _ => Again(message, request, token, existing!, verdict.Value),
        };
    }

    private PendingIdentity Begin(DeviceMessage message, RegistrationRequest request, TokenEntry token, Product product)
    {
        var sudi = message.Request.Header.Sudi;
        var udi = sudi.ToUdi();
        var row = new Device
        {
            AccountId = token.Row.AccountId,
            Id = ids.Next(nameof(IdKind.Device)),
            VirtualAccountId = token.Row.VirtualAccountId,
            ProductId = product.Id,
            Piid = SecretSource.NewUuid(),
            UdiPid = udi.Pid,
            UdiSerialNumber = udi.Sn,
            Uuid = udi.Uuid ?? "",
            DisplayName = "",
            SearchText = "",
            CertificateSerial = "",
            KeyFingerprint = [],
        };
        var device = new DeviceEntry(row, token.Account);
        State.Devices.Add(device.Place, device);
        PointTo(udi, row);
        return Certify(device, message, request, token, ProductInstanceEvents.Added);
    }

    /// <summary>The old row ends in its account, a new one begins in the token's; both heads are locked (domain rules 7.3).</summary>
    private PendingIdentity Replace(DeviceMessage message, RegistrationRequest request, TokenEntry token, Product product, DeviceEntry old)
    {
        identity.End(old, IdentityActs.Superseded);
        return Begin(message, request, token, product);
    }

    /// <summary>A unit of a set, with a key of its own, becomes a product instance of its own.</summary>
    private PendingIdentity Leave(DeviceMessage message, RegistrationRequest request, TokenEntry token, Product product, DeviceEntry set)
    {
        var header = message.Request.Header;
        units.Lose(set, [header.Sudi.ToUdi(), .. (header.HaUdi ?? []).Select(unit => unit.Sudi.ToUdi())]);
        return Begin(message, request, token, product);
    }

    private PendingIdentity Again(DeviceMessage message, RegistrationRequest request, TokenEntry token, DeviceEntry device, RegistrationKind kind)
    {
        var row = device.Row;
        identity.RevokeAll(row, IdentityActs.Superseded);
        book.Contact(device);
        if (kind == RegistrationKind.Moved)
        {
            var to = State.VirtualAccountNames[(row.AccountId, token.Row.VirtualAccountId)];
            book.Append(
                device, ProductInstanceEvents.Transferred(row.DisplayName, book.VirtualAccountName(device), to), otherVirtualAccountId: token.Row.VirtualAccountId);
            book.Move(device, token.Row.VirtualAccountId);
            identity.ForgetRestricted(device);
        }

        return Certify(device, message, request, token, row.CertificateSerial.Length == 0 ? ProductInstanceEvents.Added : ProductInstanceEvents.RenewedCertificate);
    }

    private PendingIdentity Certify(
        DeviceEntry device, DeviceMessage message, RegistrationRequest request, TokenEntry token, Func<string, string, EventText> text)
    {
        var row = device.Row;
        var isNew = row.CertificateSerial.Length == 0;
        if (row.Mode == DeviceMode.Detached)
        {
            book.Reattach(device, State.Now);
        }

        var standbys = units.Carry(device, message.Request.Header, isRegistration: true);
        DeviceNaming.Describe(row, message.Request.Header.Sudi, request.Hostname);
        book.BillPrepaid(device);
        book.EndReporting(device);
        row.State = DeviceState.Registered;
        row.Mode = DeviceMode.Direct;
        row.SilenceFrom = null;
        row.RemovedAt = null;
        row.SilenceStage = 0;
        row.ExportAllowed = token.Row.ExportControlled;
        row.RegisteredAt = State.Now;
        row.LastContactAt = State.Now;
        row.AuthorizedAt = null;
        row.ToldOutOfCompliance = false;
        row.KeyFingerprint = message.KeyFingerprint;
        var place = book.VirtualAccountName(device);
        book.Append(device, isNew && standbys.Count > 0 ? ProductInstanceEvents.AddedWithRedundancy(row.DisplayName, place, standbys) : text(row.DisplayName, place));
        if (!isNew && standbys.Count > 0)
        {
            book.Append(device, ProductInstanceEvents.ConnectedWithRedundancy(row.DisplayName, place, standbys));
        }

        return identity.Certify(device, message.PublicKey);
    }

    private void PointTo(Udi udi, Device row)
    {
        var directory = new DeviceDirectory { Udi = udi.Key, ProductId = row.ProductId, Piid = row.Piid, AccountId = row.AccountId, DeviceId = row.Id };
        State.Directory[(udi.Key, row.ProductId)] = directory;
        State.NewDirectory[(udi.Key, row.ProductId)] = directory;
    }

    private bool TryToken(DeviceMessage message, [NotNullWhen(true)] out TokenEntry? token)
    {
        token = RegistrationTokenText.HashOf(((RegistrationRequest)message.Request.Body).Token) is { } hash ? State.Tokens.GetValueOrDefault(Digest.From(hash)) : null;
        return token is not null;
    }

    /// <summary>Where the device is registered already, by itself or as a unit of a high availability set.</summary>
    private DevicePlace? PlaceOf(DeviceMessage message, out Product? product, out bool isUnit)
    {
        isUnit = false;
        product = catalog.FindProduct(((RegistrationRequest)message.Request.Body).SoftwareTag);
        if (product is null)
        {
            return null;
        }

        var key = (message.Request.Header.Sudi.ToUdi().Key, product.Id);
        if (State.Directory.TryGetValue(key, out var own))
        {
            return new DevicePlace(own.AccountId, own.DeviceId);
        }

        isUnit = State.Units.TryGetValue(key, out var unit);
        return isUnit ? new DevicePlace(unit!.AccountId, unit.DeviceId) : null;
    }
}
