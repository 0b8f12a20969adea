using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People.Sources;

namespace Purser.Server.People.SignIn;

/// <summary>The link with which somebody comes to a first sign-in of her own.</summary>
internal static class FirstLink
{
    /// <param name="sources">All sign-in sources: read once for however many people come.</param>
    /// <returns>Null for who has a way in: a password, a passkey, or a source that stands for both.</returns>
    public static async Task<string?> MakeAsync(WriteScope scope, IReadOnlyList<SignInSource> sources, Person person, CancellationToken cancellation)
    {
        if (await SourceBook.InsteadOfPasswordAsync(scope.Db, sources, person, cancellation) is not null)
        {
            return null;
        }

        return scope.Db.Entry(person).State == EntityState.Added ? SetPasswordLink.MakeFirst(scope, person)
            : person.PasswordHash is not null || await HasPasskeyAsync(scope, person.Id, cancellation) ? null
            : SetPasswordLink.Make(scope, person);
    }

    /// <summary>One that is not taken away by this very command.</summary>
    private static async Task<bool> HasPasskeyAsync(WriteScope scope, long personId, CancellationToken cancellation) =>
        (await scope.Db.UserPasskeys.Where(row => row.UserId == personId).ToListAsync(cancellation)).Exists(row => scope.Db.Entry(row).State != EntityState.Deleted);
}
