using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.Tokens;

/// <summary>Steps on registration tokens that several commands share.</summary>
public sealed class TokenBook(SecretBox box)
{
    /// <summary>Adds a token; its text lies sealed in the row and is found by its hash.</summary>
    internal RegistrationToken Add(WriteScope scope, long accountId, long virtualAccountId, CreateTokens.Input input)
    {
        var text = RegistrationTokenText.New(scope.Now);
        var id = scope.NextId(IdKind.Token);
        var token = new RegistrationToken
        {
            AccountId = accountId,
            Id = id,
            VirtualAccountId = virtualAccountId,
            SealedText = box.Seal(text, Place(accountId, id)),
            TextHash = RegistrationTokenText.HashOf(text)!,
            Description = input.Description?.Trim() ?? "",
            ExportControlled = input.ExportControlled,
            MaximumUses = input.MaximumUses,
            CreatedBy = scope.Actor.ShownName,
            CreatedAt = scope.Now,
            ExpiresAt = scope.Now.AddDays(input.ExpiresInDays),
        };
        scope.Db.RegistrationTokens.Add(token);
        scope.Db.TokenDirectory.Add(new TokenDirectory { TextHash = token.TextHash, AccountId = accountId, TokenId = id });
        return token;
    }

    public string TextOf(RegistrationToken token) => box.OpenText(token.SealedText, Place(token.AccountId, token.Id));

    /// <summary>The tokens with these ids that the caller may manage; others are as good as not there.</summary>
    internal static async Task<Verdict<List<(RegistrationToken Token, string VirtualAccount)>>> FindAsync(
        WriteScope scope, long accountId, IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        var reach = scope.Actor.ReachOf(Permission.TokenManage, accountId);
        var found = await scope.Db.RegistrationTokens.Where(token => token.AccountId == accountId && ids.Contains(token.Id))
            .Join(
                scope.Db.VirtualAccounts.Where(row => row.AccountId == accountId),
                token => token.VirtualAccountId,
                row => row.Id,
                (token, row) => new { token, row.Name })
            .ToListAsync(cancellation);
        return found.Count == ids.Distinct().Count() && found.TrueForAll(pair => reach.Covers(pair.token.VirtualAccountId))
            ? found.ConvertAll(pair => (pair.token, pair.Name))
            : Verdict.Refused(RefusalCode.NotFound, "There is no such registration token that you can manage.");
    }

    /// <summary>Tokens go with their virtual accounts to another Smart Account and work on; a text is sealed for where it lies (SA-15).</summary>
    internal async Task<int> MoveAsync(PurserContext db, long from, long into, IReadOnlyCollection<long> places, CancellationToken cancellation)
    {
        var tokens = await db.RegistrationTokens.Where(token => token.AccountId == from && places.Contains(token.VirtualAccountId)).ToListAsync(cancellation);
        var ids = tokens.Select(token => token.Id).ToHashSet();
        foreach (var entry in await db.TokenDirectory.Where(entry => entry.AccountId == from && ids.Contains(entry.TokenId)).ToListAsync(cancellation))
        {
            entry.AccountId = into;
        }

        db.RegistrationTokens.RemoveRange(tokens);
        await db.SaveChangesAsync(cancellation);
        db.RegistrationTokens.AddRange(tokens.Select(token => new RegistrationToken
        {
            AccountId = into,
            Id = token.Id,
            VirtualAccountId = token.VirtualAccountId,
            SealedText = box.Seal(TextOf(token), Place(into, token.Id)),
            TextHash = token.TextHash,
            Description = token.Description,
            ExportControlled = token.ExportControlled,
            MaximumUses = token.MaximumUses,
            Uses = token.Uses,
            CreatedBy = token.CreatedBy,
            CreatedAt = token.CreatedAt,
            ExpiresAt = token.ExpiresAt,
            RevokedAt = token.RevokedAt,
            LastUsedAt = token.LastUsedAt,
        }));
        await db.SaveChangesAsync(cancellation);
        return tokens.Count;
    }

    /// <summary>The dead tokens of a virtual account that goes.</summary>
    internal static async Task ForgetVirtualAccountAsync(PurserContext db, long accountId, long virtualAccountId, CancellationToken cancellation)
    {
        var tokens = await db.RegistrationTokens
            .Where(token => token.AccountId == accountId && token.VirtualAccountId == virtualAccountId).ToListAsync(cancellation);
        var hashes = tokens.Select(token => token.TextHash).ToList();
        db.TokenDirectory.RemoveRange(await db.TokenDirectory.Where(entry => hashes.Contains(entry.TextHash)).ToListAsync(cancellation));
        db.RegistrationTokens.RemoveRange(tokens);
    }

    private static string Place(long accountId, long id) => $"registration_token/{accountId}/{id}";
}
