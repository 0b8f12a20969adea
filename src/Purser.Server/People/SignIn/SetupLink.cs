using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.People.SignIn;

/// <summary>
/// How the first operator gets in: while there is none, every start prints a one-time link. No default account, no default password
/// (design 4; domain rules 14, row 26).
/// </summary>
public sealed class SetupLink(WritePath writePath, Database database, TimeProvider machine, IPasswordHasher<Person> hasher, PasswordRules rules)
{
    public const string Path = "/setup";

    private const string Fact = "setup-link";
    private const string Name = "setup.first-operator";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private sealed record Audited(string Email);

    /// <summary>A fresh link, in place of an earlier one; null once there is an operator.</summary>
    public static async Task<string?> RenewAsync(Database database, TimeProvider machine, CancellationToken cancellation = default)
    {
        var secret = SecretSource.NewSecret();
        string? path = null;
        await database.WriteAsync(
            async db =>
            {
                if (await db.OperatorGrants.AnyAsync(cancellation))
                {
                    return;
                }

                var end = (machine.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
                var value = string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexString(SecretSource.HashOf(secret))}|{end}");
                if (await db.InstallationFacts.FindAsync([Fact], cancellation) is { } earlier)
                {
                    earlier.Value = value;
                }
                else
                {
                    db.InstallationFacts.Add(new InstallationFact { Name = Fact, Value = value });
                }

                path = $"{Path}?code={secret}";
            },
            cancellation);
        return path;
    }

    /// <summary>Is there no operator yet?</summary>
    public async Task<bool> IsAwaitedAsync(CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return !await db.OperatorGrants.AnyAsync(cancellation);
    }

    /// <summary>Does this code still open the door?</summary>
    public async Task<bool> OpensAsync(string? code, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await OpensAsync(db, code, cancellation);
    }

    /// <summary>Makes the first operator; the link is spent.</summary>
    public async Task<Verdict<Person>> UseAsync(string code, NewPerson wanted, string password, CancellationToken cancellation = default)
    {
        if (NewPerson.Problem(wanted) is { } problem)
        {
            return problem;
        }

        if (rules.Problem(password, wanted.Email) is { } weak)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, weak, "password");
        }

        Person? made = null;
        var verdict = await writePath.RunAsync<Done>(new Command(Name, Actor.System, new Audited(wanted.Email)), async scope =>
        {
            if (!await OpensAsync(scope.Db, code, cancellation))
            {
                return Verdict.Refused(
                    RefusalCode.SignInFailed, "This link was used or has expired. Restart the server: it prints a new one while there is no operator.");
            }

            (made, _) = await PersonBook.FindOrAddAsync(scope, wanted);
            (made.PasswordHash, made.EmailConfirmed) = (hasher.HashPassword(made, password), true);
            scope.Db.OperatorGrants.Add(new OperatorGrant { PersonId = made.Id, Role = OperatorRole.LicensingAdministrator });
            scope.Db.InstallationFacts.Remove(await scope.Db.InstallationFacts.FirstAsync(fact => fact.Name == Fact, cancellation));
            return Verdict.Done;
        }, cancellation);
        return verdict.Map(_ => made!);
    }

    private async Task<bool> OpensAsync(PurserContext db, string? code, CancellationToken cancellation)
    {
        var fact = await db.InstallationFacts.AsNoTracking().FirstOrDefaultAsync(row => row.Name == Fact, cancellation);
        var parts = (fact?.Value ?? "").Split('|');
        return code is not null && parts.Length == 2
            && CryptographicOperations.FixedTimeEquals(Convert.FromHexString(parts[0]), SecretSource.HashOf(code))
            && machine.GetUtcNow().ToUnixTimeSeconds() < long.Parse(parts[1], CultureInfo.InvariantCulture)
            && !await db.OperatorGrants.AnyAsync(cancellation);
    }
}
