using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Pki;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>Ten codes of 80 random bits: shown once, kept as hashes, each opens once.</summary>
public static class RecoveryCodes
{
    private const int Count = 10;
    private const int Bytes = 10;

    /// <summary>Makes new codes; earlier ones stop working.</summary>
    public static async Task<IReadOnlyList<string>> RenewAsync(WriteScope scope, long personId, CancellationToken cancellation)
    {
        await ForgetAsync(scope, personId, cancellation);
        var codes = Enumerable.Range(0, Count).Select(_ => Base32.Write(RandomNumberGenerator.GetBytes(Bytes))).ToList();
        scope.Db.RecoveryCodes.AddRange(codes.Select(code => new RecoveryCode { PersonId = personId, CodeHash = SecretSource.HashOf(code) }));
        return codes.ConvertAll(code => Base32.InFours(code, '-'));
    }

    public static async Task ForgetAsync(WriteScope scope, long personId, CancellationToken cancellation) =>
        scope.Db.RecoveryCodes.RemoveRange(await scope.Db.RecoveryCodes.Where(row => row.PersonId == personId).ToListAsync(cancellation));

    /// <summary>As it was made, whatever the typist did to case, spaces and dashes.</summary>
    public static string Plain(string typed) => new([.. typed.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]);
}
