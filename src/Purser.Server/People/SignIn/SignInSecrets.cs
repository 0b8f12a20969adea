using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.Pki;

namespace Purser.Server.People.SignIn;

/// <summary>Takes away all that opens somebody's sign-in here: what she knows, what she has, what lies in her mailbox. Always inside a command's scope.</summary>
internal static class SignInSecrets
{
    public static async Task EndAsync(WriteScope scope, Person person, BearerTokens tokens, CancellationToken cancellation)
    {
        (person.PasswordHash, person.EmailConfirmed) = (null, false);
        (person.SecurityStamp, person.ConcurrencyStamp) = (SecretSource.NewUuid(), SecretSource.NewUuid());
        scope.Db.UserPasskeys.RemoveRange(await scope.Db.UserPasskeys.Where(row => row.UserId == person.Id).ToListAsync(cancellation));
        await ManageSecondFactor.ForgetAppAsync(scope, person.Id, cancellation);
        foreach (var link in await scope.Db.UserTokens.Where(row => row.UserId == person.Id).ToListAsync(cancellation))
        {
            link.Value = null;
        }

        await EndSignIns.OfAsync(scope, person.Id, tokens, cancellation);
    }
}
